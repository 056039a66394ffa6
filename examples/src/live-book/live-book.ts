/**
 * A live book in the browser: a market publishes over Aeron, a gateway serves its streams, a page decodes them.
 *
 *   npm run live-book -w @alerion/examples        then open the address that it prints; Ctrl-C ends it
 */
import { connect } from "@alerion/transport";
import { startMarket } from "./market.js";
import { serveBook } from "./serve.js";

const PORT = 9470;
const INTERVAL_MS = 20;

const aeron = await connect({ driver: "embedded" });
const server = await serveBook(aeron, Number(process.env["PORT"] ?? PORT));
const market = await startMarket(aeron, INTERVAL_MS);
console.log(`live book at ${server.url.replace(/^ws/, "http")}`);

await new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
});
market.stop();
await server.close();
await aeron.close();
console.log(
  `${market.bookCount()} books and ${market.tradeCount()} trades published, ${market.blockedCount()} times blocked`,
);

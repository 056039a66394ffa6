/**
 * One publisher, three subscribers that join by themselves (multi-destination cast, dynamic): a cloud's replacement for
 * multicast. Subscribers pick their own ports; the publisher waits for all three and goes as fast as the slowest.
 *
 *   npm run fan-out -w @alerion/examples
 */
import { connect } from "@alerion/transport";
import { MarketData, TradingState } from "../generated/market-data/index.js";
import { format, freePort, playRoles, until } from "./roles.js";

const STREAM_ID = 30;
const SUBSCRIBER_COUNT = 3;
const MESSAGE_COUNT = 100_000;
const SLOW_EVERY = 1000;

async function publish(control: string): Promise<void> {
  await using aeron = await connect({ driver: "embedded" });
  const out = await aeron.addExclusivePublication(
    // fc=min: the slowest of at least three receivers sets the pace.
    `aeron:udp?control-mode=dynamic|control=${control}|fc=min,g:/${SUBSCRIBER_COUNT}`,
    STREAM_ID,
    MarketData,
  );
  await until(() => out.isConnected(), "all subscribers");
  for (let id = 0; id < MESSAGE_COUNT;) {
    const status = out.tradingStatus();
    if (status === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    const isLast = id === MESSAGE_COUNT - 1;
    status
      .transactTimeNumber(id)
      .instrumentId(id)
      .state(isLast ? TradingState.Closed : TradingState.Open);
    out.commit();
    id++;
  }
  await until(() => !out.isConnected(), "the subscribers' end", 60_000);
}

async function subscribe(control: string, name: string): Promise<void> {
  await using aeron = await connect({ driver: "embedded" });
  const inp = await aeron.addSubscription(
    `aeron:udp?endpoint=localhost:0|control=${control}`,
    STREAM_ID,
    MarketData,
  );
  let count = 0;
  for await (const message of inp) {
    if (message.type !== "TradingStatus") throw new Error("only status messages must come");
    if (message.data.instrumentId !== count) {
      throw new Error(`messages must come in order: ${message.data.instrumentId} for ${count}`);
    }
    count++;
    if (name === "slow" && count % SLOW_EVERY === 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    if (message.data.state === TradingState.Closed) break;
  }
  const [address] = inp.subscription.status.localSocketAddresses();
  console.log(`${name} at ${address}: ${format(count)} messages, all in order`);
  if (count !== MESSAGE_COUNT) process.exitCode = 1;
}

const [role, control = "", name = ""] = process.argv.slice(2);
if (role === "publisher") await publish(control);
else if (role === "subscriber") await subscribe(control, name);
else {
  const address = `localhost:${await freePort()}`;
  const names = ["first", "second", "slow"];
  await playRoles(import.meta.url, [
    { role: "publisher", args: [address] },
    ...names.map((each) => ({ role: "subscriber", args: [address, each] })),
  ]);
}

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AlerionError } from "@alerion/runtime";
import { readDirectory } from "../directory-snapshot.js";
import { type Io, toJson } from "../io.js";
import { formatOpenMetrics, gatherMetrics, OPENMETRICS_CONTENT_TYPE } from "../openmetrics.js";
import {
  type Arguments,
  directoryOptions,
  directoryUsage,
  flag,
  integerOption,
  positionals,
  type Subcommand,
} from "../subcommand.js";

const PORT_DEFAULT = 9464;
const LOOPBACK = "127.0.0.1";

/** `alerion metrics`: the counters in OpenMetrics, served on the loopback address or printed once. */
export const metricsCommand: Subcommand = {
  name: "metrics",
  summary: "counters in OpenMetrics, on a loopback port",
  usage: `metrics [OPTION …]

${directoryUsage}
      --port PORT      loopback port; default ${PORT_DEFAULT}, 0 takes a free one
      --once           print and end`,
  options: { ...directoryOptions, port: { type: "string" }, once: { type: "boolean" } },
  run: async (given, io) => {
    positionals(given);
    if (flag(given, "once")) {
      const snapshot = readDirectory(given, io);
      const metrics = gatherMetrics(snapshot);
      const { dir } = snapshot;
      io.out(
        flag(given, "json") ? toJson({ dir, families: metrics.toPlain() }) : metrics.toString(),
      );
      return 0;
    }
    const port = integerOption(given, "port", 0, 65535) ?? PORT_DEFAULT;
    const server = await listen(given, io, port);
    const url = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/metrics`;
    io.out(flag(given, "json") ? toJson({ url }) : `serving ${url}\n`);
    await io.interrupted;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    return 0;
  },
};

function listen(given: Arguments, io: Io, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== "/metrics" || request.method !== "GET") {
      response.writeHead(404).end();
      return;
    }
    try {
      // Read anew for each request: the driver may have been restarted.
      const snapshot = readDirectory(given, io);
      response.writeHead(200, { "content-type": OPENMETRICS_CONTENT_TYPE });
      response.end(formatOpenMetrics(snapshot));
    } catch (error) {
      response.writeHead(503, { "content-type": "text/plain" });
      response.end(error instanceof AlerionError ? `${error.message}\n` : "cannot read\n");
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, () => {
      resolve(server);
    });
  });
}

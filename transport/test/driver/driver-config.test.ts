import { describe, expect, it } from "vitest";
import { DriverConfigError, driverDefaults } from "../../src/driver/driver-config.js";
import { driverProperties, resolveDriverConfig } from "../../src/driver/driver-properties.js";
import { hasConformanceData, readConformanceJson } from "../support/shared-data.js";

const defaultDir = "/somewhere";

describe("settings of a driver", () => {
  it("are Aeron's defaults when nothing is said", () => {
    expect(resolveDriverConfig({ defaultDir })).toEqual({ ...driverDefaults, dir: defaultDir });
  });

  it("come from options, properties, environment and file, in this order", () => {
    const config = resolveDriverConfig({
      defaultDir,
      options: { ipcTermBufferLength: 128 * 1024 },
      properties: { "aeron.ipc.term.buffer.length": "256k", "aeron.timer.interval": "200ms" },
      environment: {
        AERON_TIMER_INTERVAL: "300ms",
        AERON_CLIENT_LIVENESS_TIMEOUT: "3s",
        AERON_DIR: "/from/environment",
      },
      file: [
        "# comment",
        "aeron.client.liveness.timeout=4s",
        "aeron.publication.unblock.timeout: 9s",
        "aeron.term.buffer.sparse.file = false",
        "aeron.shared.idle.strategy=org.agrona.concurrent.BusySpinIdleStrategy",
        "aeron.archive.control.channel=aeron:udp?endpoint=localhost:8010",
        "aeron.driver.timeout=5000",
        "aeron.dir=\\",
        "   /from/file",
      ].join("\n"),
    });
    expect(config).toEqual({
      ...driverDefaults,
      dir: "/from/environment",
      ipcTermBufferLength: 128 * 1024,
      timerIntervalNs: 200_000_000,
      clientLivenessTimeoutNs: 3_000_000_000,
      publicationUnblockTimeoutNs: 9_000_000_000,
      termBufferSparseFile: false,
      sharedIdleStrategy: "spin",
      driverTimeoutNs: 5_000_000_000,
    });
  });

  it("of the network are read as Aeron writes them", () => {
    const config = resolveDriverConfig({
      defaultDir,
      properties: {
        "aeron.multicast.FlowControl.supplier": "io.aeron.driver.MinMulticastFlowControlSupplier",
        "aeron.CongestionControl.supplier": "io.aeron.driver.ext.CubicCongestionControlSupplier",
        "aeron.flow.control.group.tag": "-77",
        "aeron.receiver.group.tag": "9223372036854775807",
        "aeron.receiver.group.consideration": "FORCE_FALSE",
        "aeron.receiver.wildcard.port.range": "20000 20010",
        "aeron.retransmit.unicast.delay": "0",
        "aeron.sender.idle.strategy": "noop",
      },
    });
    expect(config).toEqual({
      ...driverDefaults,
      dir: defaultDir,
      multicastFlowControl: "min",
      congestionControl: "cubic",
      flowControlGroupTag: -77n,
      receiverGroupTag: 2n ** 63n - 1n,
      receiverGroupConsideration: false,
      receiverWildcardPortRange: { low: 20_000, high: 20_010 },
      retransmitUnicastDelayNs: 0,
      senderIdleStrategy: "spin",
    });
  });

  it("of the network are refused when they cannot be", () => {
    const problems = [
      { senderWildcardPortRange: { low: 9, high: 8 } },
      { socketMulticastTtl: 256 },
      { initialWindowLength: 0 },
      { mtuLength: 65_504, termBufferLength: 64 * 1024 },
      { statusMessageTimeoutNs: 0 },
      { counterFreeToReuseTimeoutNs: -1 },
      { untetheredLingerTimeoutNs: -2 },
      { resolverName: "alpha" },
      { resolverBootstrapNeighbor: Array.from({ length: 21 }, (_, i) => `d${i}:1`).join(",") },
      { streamSessionLimit: 0 },
    ];
    for (const options of problems) {
      const [setting = ""] = Object.keys(options);
      expect(() => resolveDriverConfig({ defaultDir, options })).toThrow(setting);
    }
  });

  it("are refused all at once", () => {
    try {
      resolveDriverConfig({
        defaultDir: "",
        options: Object.assign({ ipcTermBufferLength: 5 }, { nonsense: 1 }),
        properties: { "aeron.mtu.length": "31", "aeron.timer.interval": "soon" },
        environment: { AERON_THREADING_MODE: "SOMEHOW", AERON_FILE_PAGE_SIZE: "5000" },
        file: "aeron.client.liveness.timeout=20s\nnonsense\naeron.counters.buffer.length=1k",
      });
      expect.fail("was not refused");
    } catch (error) {
      expect(error).toBeInstanceOf(DriverConfigError);
      const { problems } = error as DriverConfigError;
      for (const part of [
        "aeron.timer.interval=soon cannot be read",
        "nonsense is not a setting",
        "line 2 of the properties file",
        "ipcTermBufferLength:",
        "mtuLength:",
        "filePageSize:",
        "countersValuesBufferLength must be in",
        "publicationUnblockTimeoutNs must exceed",
        "AERON_THREADING_MODE=SOMEHOW cannot be read",
        "dir must be a path",
      ]) {
        expect(
          problems.some((problem) => problem.includes(part)),
          part,
        ).toBe(true);
      }
    }
  });

  it.skipIf(!hasConformanceData)("have the names and defaults of the reference", () => {
    const constants =
      readConformanceJson<Record<string, Record<string, string | number>>>(
        "commands/constants.json",
      );
    const reference = {
      ...constants["io.aeron.driver.Configuration"],
      ...constants["io.aeron.CommonContext"],
    };
    const names = new Set(Object.values(reference).map(String));
    // CUBIC's own class of settings is not among the recorded constants.
    const properties = Object.values(driverProperties)
      .map(([property]) => property)
      .filter((property) => !property.startsWith("aeron.CubicCongestionControl."));
    for (const property of properties) expect(names).toContain(property);
    const defaults: Record<string, number> = {
      FILE_PAGE_SIZE_DEFAULT: driverDefaults.filePageSize,
      TERM_BUFFER_LENGTH_DEFAULT: driverDefaults.termBufferLength,
      TERM_BUFFER_IPC_LENGTH_DEFAULT: driverDefaults.ipcTermBufferLength,
      LOW_FILE_STORE_WARNING_THRESHOLD_DEFAULT: driverDefaults.lowFileStoreWarningThreshold,
      CONDUCTOR_BUFFER_LENGTH_DEFAULT: driverDefaults.conductorBufferLength,
      TO_CLIENTS_BUFFER_LENGTH_DEFAULT: driverDefaults.toClientsBufferLength,
      COUNTERS_VALUES_BUFFER_LENGTH_DEFAULT: driverDefaults.countersValuesBufferLength,
      ERROR_BUFFER_LENGTH_DEFAULT: driverDefaults.errorBufferLength,
      LOSS_REPORT_BUFFER_LENGTH_DEFAULT: driverDefaults.lossReportBufferLength,
      MTU_LENGTH_DEFAULT: driverDefaults.mtuLength,
      IPC_MTU_LENGTH_DEFAULT: driverDefaults.ipcMtuLength,
      CLIENT_LIVENESS_TIMEOUT_DEFAULT_NS: driverDefaults.clientLivenessTimeoutNs,
      IMAGE_LIVENESS_TIMEOUT_DEFAULT_NS: driverDefaults.imageLivenessTimeoutNs,
      PUBLICATION_UNBLOCK_TIMEOUT_DEFAULT_NS: driverDefaults.publicationUnblockTimeoutNs,
      PUBLICATION_CONNECTION_TIMEOUT_DEFAULT_NS: driverDefaults.publicationConnectionTimeoutNs,
      PUBLICATION_LINGER_DEFAULT_NS: driverDefaults.publicationLingerTimeoutNs,
      DEFAULT_TIMER_INTERVAL_NS: driverDefaults.timerIntervalNs,
      DEFAULT_COUNTER_FREE_TO_REUSE_TIMEOUT_NS: driverDefaults.counterFreeToReuseTimeoutNs,
      UNTETHERED_WINDOW_LIMIT_TIMEOUT_DEFAULT_NS: driverDefaults.untetheredWindowLimitTimeoutNs,
      UNTETHERED_RESTING_TIMEOUT_DEFAULT_NS: driverDefaults.untetheredRestingTimeoutNs,
      PUBLICATION_RESERVED_SESSION_ID_LOW_DEFAULT: driverDefaults.publicationReservedSessionIdLow,
      PUBLICATION_RESERVED_SESSION_ID_HIGH_DEFAULT: driverDefaults.publicationReservedSessionIdHigh,
      MAX_RESEND_DEFAULT: driverDefaults.maxResend,
      CONDUCTOR_CYCLE_THRESHOLD_DEFAULT_NS: driverDefaults.conductorCycleThresholdNs,
      SENDER_CYCLE_THRESHOLD_DEFAULT_NS: driverDefaults.senderCycleThresholdNs,
      RECEIVER_CYCLE_THRESHOLD_DEFAULT_NS: driverDefaults.receiverCycleThresholdNs,
      NAME_RESOLVER_THRESHOLD_DEFAULT_NS: driverDefaults.nameResolverThresholdNs,
      SOCKET_RCVBUF_LENGTH_DEFAULT: driverDefaults.socketReceiveBufferLength,
      SOCKET_SNDBUF_LENGTH_DEFAULT: driverDefaults.socketSendBufferLength,
      SOCKET_MULTICAST_TTL_DEFAULT: driverDefaults.socketMulticastTtl,
      INITIAL_WINDOW_LENGTH_DEFAULT: driverDefaults.initialWindowLength,
      STATUS_MESSAGE_TIMEOUT_DEFAULT_NS: driverDefaults.statusMessageTimeoutNs,
      NAK_UNICAST_DELAY_DEFAULT_NS: driverDefaults.nakUnicastDelayNs,
      NAK_UNICAST_RETRY_DELAY_RATIO_DEFAULT: driverDefaults.nakUnicastRetryDelayRatio,
      NAK_MAX_BACKOFF_DEFAULT_NS: driverDefaults.nakMulticastMaxBackoffNs,
      NAK_MULTICAST_GROUP_SIZE_DEFAULT: driverDefaults.nakMulticastGroupSize,
      RETRANSMIT_UNICAST_DELAY_DEFAULT_NS: driverDefaults.retransmitUnicastDelayNs,
      RETRANSMIT_UNICAST_LINGER_DEFAULT_NS: driverDefaults.retransmitUnicastLingerNs,
      FLOW_CONTROL_RECEIVER_TIMEOUT_DEFAULT_NS: driverDefaults.flowControlReceiverTimeoutNs,
      SEND_TO_STATUS_POLL_RATIO_DEFAULT: driverDefaults.sendToStatusPollRatio,
      STREAM_SESSION_LIMIT_DEFAULT: driverDefaults.streamSessionLimit,
      RE_RESOLUTION_CHECK_INTERVAL_DEFAULT_NS: driverDefaults.reResolutionCheckIntervalNs,
      RESOLVER_BOOTSTRAP_NEIGHBOR_RESOLUTION_INTERVAL_DEFAULT_NS:
        driverDefaults.resolverBootstrapResolutionIntervalNs,
      RESOLVER_SELF_RESOLUTION_INTERVAL_DEFAULT_NS: driverDefaults.resolverSelfResolutionIntervalNs,
      RESOLVER_NEIGHBOR_RESOLUTION_INTERVAL_DEFAULT_NS:
        driverDefaults.resolverNeighborResolutionIntervalNs,
      RESOLVER_NEIGHBOR_TIMEOUT_DEFAULT_NS: driverDefaults.resolverNeighborTimeoutNs,
    };
    for (const [name, value] of Object.entries(defaults)) {
      expect(Number(reference[name]), name).toBe(value);
    }
  });
});

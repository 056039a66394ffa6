import { describe, expect, it } from "vitest";
import * as cnc from "../../src/protocol/cnc-file-descriptor.js";
import {
  Command,
  CONTROL_PROTOCOL_SEMANTIC_VERSION,
  DriverEvent,
} from "../../src/protocol/control-protocol-events.js";
import { CounterTypeId } from "../../src/protocol/counters/counter-type-id.js";
import { SystemCounter, systemCounterLabels } from "../../src/protocol/counters/system-counter.js";
import { ErrorCode } from "../../src/protocol/error-code.js";
import {
  LOSS_REPORT_ENTRY_ALIGNMENT,
  LOSS_REPORT_FILE_NAME,
} from "../../src/protocol/loss-report.js";
import { hasConformanceData, readConformanceJson } from "../support/shared-data.js";

type Constants = Record<string, Record<string, unknown>>;

describe.skipIf(!hasConformanceData)("constants equal those of the reference", () => {
  const constants = hasConformanceData
    ? readConformanceJson<Constants>("commands/constants.json")
    : {};

  it("type ids of commands and events", () => {
    const { CONTROL_PROTOCOL_SEMANTIC_VERSION: version, ...rest } =
      constants["io.aeron.command.ControlProtocolEvents"] ?? {};
    const typeIds = Object.entries(rest).filter(([name]) => !name.endsWith("_VERSION"));
    expect(CONTROL_PROTOCOL_SEMANTIC_VERSION).toBe(version);
    expect({ ...Command, ...DriverEvent }).toEqual(Object.fromEntries(typeIds));
  });

  it("error codes", () => {
    expect(ErrorCode).toEqual(constants["io.aeron.ErrorCode(enum)"]);
  });

  it("layout of the cnc file", () => {
    const reference = constants["io.aeron.CncFileDescriptor"] ?? {};
    expect({
      CNC_FILE: cnc.CNC_FILE_NAME,
      CNC_VERSION: cnc.CNC_VERSION,
      CNC_VERSION_FIELD_OFFSET: cnc.CNC_VERSION_OFFSET,
      TO_DRIVER_BUFFER_LENGTH_FIELD_OFFSET: cnc.TO_DRIVER_BUFFER_LENGTH_OFFSET,
      TO_CLIENTS_BUFFER_LENGTH_FIELD_OFFSET: cnc.TO_CLIENTS_BUFFER_LENGTH_OFFSET,
      COUNTERS_METADATA_BUFFER_LENGTH_FIELD_OFFSET: cnc.COUNTERS_METADATA_BUFFER_LENGTH_OFFSET,
      COUNTERS_VALUES_BUFFER_LENGTH_FIELD_OFFSET: cnc.COUNTERS_VALUES_BUFFER_LENGTH_OFFSET,
      CLIENT_LIVENESS_TIMEOUT_FIELD_OFFSET: cnc.CLIENT_LIVENESS_TIMEOUT_OFFSET,
      ERROR_LOG_BUFFER_LENGTH_FIELD_OFFSET: cnc.ERROR_LOG_BUFFER_LENGTH_OFFSET,
      START_TIMESTAMP_FIELD_OFFSET: cnc.START_TIMESTAMP_OFFSET,
      PID_FIELD_OFFSET: cnc.PID_OFFSET,
      FILE_PAGE_SIZE_FIELD_OFFSET: cnc.FILE_PAGE_SIZE_OFFSET,
      META_DATA_LENGTH: cnc.CNC_META_DATA_LENGTH,
      END_OF_METADATA_OFFSET: cnc.CNC_META_DATA_LENGTH,
    }).toEqual(reference);
  });

  it("system counters, their ids and labels", () => {
    const reference = constants["io.aeron.driver.status.SystemCounterDescriptor(enum)"] ?? {};
    const ids = Object.entries(reference).map(([name, value]) => [
      name,
      (value as { id: number }).id,
    ]);
    expect(SystemCounter).toEqual(Object.fromEntries(ids));
    for (const value of Object.values(reference)) {
      const { id, label } = value as { id: number; label: string };
      // The reference build appends its own version to two labels.
      expect(label.replace(/: version=.*/, "")).toBe(systemCounterLabels[id]);
    }
  });

  it("type ids of the driver's counters", () => {
    const reference = constants["io.aeron.AeronCounters"] ?? {};
    const ids = Object.entries(reference)
      .filter(([name]) => /^(DRIVER|NAME_RESOLVER|FLOW_CONTROL|MDC)_.*TYPE_ID$/.test(name))
      .map(([, id]) => Number(id));
    expect(Object.values(CounterTypeId).toSorted((a, b) => a - b)).toEqual(
      ids.toSorted((a, b) => a - b),
    );
  });

  it("loss report", () => {
    expect(LOSS_REPORT_FILE_NAME).toBe(
      constants["io.aeron.driver.reports.LossReportUtil"]?.["LOSS_REPORT_FILE_NAME"],
    );
    expect(LOSS_REPORT_ENTRY_ALIGNMENT).toBe(
      constants["io.aeron.driver.reports.LossReport"]?.["ENTRY_ALIGNMENT"],
    );
  });
});

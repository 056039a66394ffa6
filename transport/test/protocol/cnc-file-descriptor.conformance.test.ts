import { describe, expect, it } from "vitest";
import {
  computeCncFileLength,
  fillCncMetadata,
  formatVersion,
  isCncReady,
  readCncLayout,
  signalCncReady,
} from "../../src/protocol/cnc-file-descriptor.js";
import {
  hasConformanceData,
  hexOf,
  readConformanceGzip,
  readConformanceJson,
  viewOf,
} from "../support/shared-data.js";

interface CncFixture {
  readonly fileLength: number;
  readonly metadata: Readonly<Record<string, number | string>>;
  readonly sections: Readonly<Record<string, number>>;
}

describe.skipIf(!hasConformanceData).each(["java", "c"])(
  "cnc file of a live %s driver",
  (driver) => {
    const fixture = hasConformanceData
      ? readConformanceJson<CncFixture>(`cnc/cnc-${driver}-driver.json`)
      : { fileLength: 0, metadata: {}, sections: {} };
    const file = hasConformanceData
      ? readConformanceGzip(`cnc/cnc-${driver}-driver.dat.gz`)
      : new Uint8Array();

    it("reads to the captured metadata and sections", () => {
      const layout = readCncLayout(viewOf(file), file.length);
      const { metadata, sections } = fixture;
      expect(layout.fileLength).toBe(fixture.fileLength);
      expect(formatVersion(layout.version)).toBe(metadata["cncVersionString"]);
      expect(layout).toMatchObject({
        version: metadata["cncVersion"],
        toDriver: { offset: sections["toDriver"], length: metadata["toDriverBufferLength"] },
        toClients: { offset: sections["toClients"], length: metadata["toClientsBufferLength"] },
        countersMetadata: {
          offset: sections["countersMetadata"],
          length: metadata["countersMetadataBufferLength"],
        },
        countersValues: {
          offset: sections["countersValues"],
          length: metadata["countersValuesBufferLength"],
        },
        errorLog: { offset: sections["errorLog"], length: metadata["errorLogBufferLength"] },
        clientLivenessTimeoutNs: metadata["clientLivenessTimeoutNs"],
        startTimestampMs: metadata["startTimestampMs"],
        pid: metadata["pid"],
        filePageSize: metadata["filePageSize"],
      });
      expect(layout.errorLog.offset + layout.errorLog.length).toBe(sections["end"]);
    });

    it("is written byte for byte from the same lengths", () => {
      const { metadata } = fixture;
      const lengths = {
        toDriverBufferLength: Number(metadata["toDriverBufferLength"]),
        toClientsBufferLength: Number(metadata["toClientsBufferLength"]),
        countersValuesBufferLength: Number(metadata["countersValuesBufferLength"]),
        errorLogBufferLength: Number(metadata["errorLogBufferLength"]),
        filePageSize: Number(metadata["filePageSize"]),
      };
      expect(computeCncFileLength(lengths)).toBe(fixture.fileLength);
      const written = new Uint8Array(128);
      fillCncMetadata(viewOf(written), lengths, {
        clientLivenessTimeoutNs: Number(metadata["clientLivenessTimeoutNs"]),
        startTimestampMs: Number(metadata["startTimestampMs"]),
        pid: Number(metadata["pid"]),
      });
      const words = new Int32Array(written.buffer);
      expect(isCncReady(words)).toBe(false);
      signalCncReady(words);
      expect(isCncReady(words)).toBe(true);
      expect(hexOf(written)).toBe(hexOf(file.subarray(0, 128)));
    });
  },
);

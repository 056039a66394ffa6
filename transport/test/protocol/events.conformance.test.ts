import { describe, expect, it } from "vitest";
import { DriverEvent } from "../../src/protocol/control-protocol-events.js";
import { ErrorResponse } from "../../src/protocol/events/error-response.js";
import { ImageBuffersReady } from "../../src/protocol/events/image-buffers-ready.js";
import { PublicationBuffersReady } from "../../src/protocol/events/publication-buffers-ready.js";
import { PublicationErrorEvent } from "../../src/protocol/events/publication-error.js";
import {
  ClientTimeout,
  CounterUpdate,
  NextAvailableSessionId,
  OperationSucceeded,
  SubscriptionReady,
} from "../../src/protocol/events/short-events.js";
import { UnavailableImage } from "../../src/protocol/events/unavailable-image.js";
import type { Flyweight } from "../../src/protocol/flyweight.js";
import {
  bytesOfHex,
  hasConformanceData,
  hexOf,
  readConformanceJson,
  viewOf,
} from "../support/shared-data.js";

interface EventFixture {
  readonly event: string;
  readonly typeId: number;
  readonly args: Readonly<Record<string, string | number | null>>;
  readonly payloadLength: number;
  readonly payloadHex: string;
}

type Values = Record<string, string | number | null>;

interface EventCase {
  readonly create: () => Flyweight;
  readonly read: (event: Flyweight) => Values;
  readonly copy: (from: Flyweight, to: Flyweight) => unknown;
}

function define<E extends Flyweight>(
  create: () => E,
  read: (event: E) => Values,
  copy: (from: E, to: E) => unknown,
): EventCase {
  return {
    create,
    read: (event) => read(event as E),
    copy: (from, to) => copy(from as E, to as E),
  };
}

function addressText(event: PublicationErrorEvent): string {
  const address = event.address();
  if (address.length === 4) return `${address.join(".")}:${event.port()}`;
  const groups = Array.from({ length: 8 }, (_, i) =>
    viewOf(address)
      .getUint16(2 * i)
      .toString(16),
  );
  return `[${groups.join(":").replace(/^(0:)+/, "::")}]:${event.port()}`;
}

const publicationReady = define(
  () => new PublicationBuffersReady(),
  (e) => ({
    correlationId: String(e.correlationId()),
    registrationId: String(e.registrationId()),
    sessionId: e.sessionId(),
    streamId: e.streamId(),
    publicationLimitCounterId: e.publicationLimitCounterId(),
    channelStatusCounterId: e.channelStatusCounterId(),
    logFileName: e.logFileName(),
  }),
  (a, b) =>
    b
      .setCorrelationId(a.correlationId())
      .setRegistrationId(a.registrationId())
      .setSessionId(a.sessionId())
      .setStreamId(a.streamId())
      .setPublicationLimitCounterId(a.publicationLimitCounterId())
      .setChannelStatusCounterId(a.channelStatusCounterId())
      .setLogFileName(a.logFileName()),
);

const counter = define(
  () => new CounterUpdate(),
  (e) => ({ correlationId: String(e.correlationId()), counterId: e.counterId() }),
  (a, b) => b.setCorrelationId(a.correlationId()).setCounterId(a.counterId()),
);

const cases: Readonly<Record<string, EventCase>> = {
  ON_ERROR: define(
    () => new ErrorResponse(),
    (e) => ({
      offendingCommandCorrelationId: String(e.offendingCorrelationId()),
      errorCode: e.errorCode(),
      errorMessage: e.message(),
    }),
    (a, b) =>
      b
        .setOffendingCorrelationId(a.offendingCorrelationId())
        .setErrorCode(a.errorCode())
        .setMessage(a.message()),
  ),
  ON_AVAILABLE_IMAGE: define(
    () => new ImageBuffersReady(),
    (e) => ({
      correlationId: String(e.correlationId()),
      streamId: e.streamId(),
      sessionId: e.sessionId(),
      subscriptionRegistrationId: String(e.subscriptionRegistrationId()),
      subscriberPositionId: e.subscriberPositionId(),
      logFileName: e.logFileName(),
      sourceIdentity: e.sourceIdentity(),
    }),
    (a, b) =>
      b
        .setCorrelationId(a.correlationId())
        .setStreamId(a.streamId())
        .setSessionId(a.sessionId())
        .setSubscriptionRegistrationId(a.subscriptionRegistrationId())
        .setSubscriberPositionId(a.subscriberPositionId())
        .setLogFileName(a.logFileName())
        .setSourceIdentity(a.sourceIdentity()),
  ),
  ON_PUBLICATION_READY: publicationReady,
  ON_EXCLUSIVE_PUBLICATION_READY: publicationReady,
  ON_SUBSCRIPTION_READY: define(
    () => new SubscriptionReady(),
    (e) => ({
      correlationId: String(e.correlationId()),
      channelStatusCounterId: e.channelStatusCounterId(),
    }),
    (a, b) =>
      b.setCorrelationId(a.correlationId()).setChannelStatusCounterId(a.channelStatusCounterId()),
  ),
  ON_OPERATION_SUCCESS: define(
    () => new OperationSucceeded(),
    (e) => ({ correlationId: String(e.correlationId()) }),
    (a, b) => b.setCorrelationId(a.correlationId()),
  ),
  ON_UNAVAILABLE_IMAGE: define(
    () => new UnavailableImage(),
    (e) => ({
      correlationId: String(e.correlationId()),
      subscriptionRegistrationId: String(e.subscriptionRegistrationId()),
      streamId: e.streamId(),
      channel: e.channel(),
    }),
    (a, b) =>
      b
        .setCorrelationId(a.correlationId())
        .setSubscriptionRegistrationId(a.subscriptionRegistrationId())
        .setStreamId(a.streamId())
        .setChannel(a.channel()),
  ),
  ON_COUNTER_READY: counter,
  ON_STATIC_COUNTER: counter,
  ON_UNAVAILABLE_COUNTER: { ...counter, read: (e) => renameId(counter.read(e)) },
  ON_CLIENT_TIMEOUT: define(
    () => new ClientTimeout(),
    (e) => ({ clientId: String(e.clientId()) }),
    (a, b) => b.setClientId(a.clientId()),
  ),
  ON_NEXT_AVAILABLE_SESSION_ID: define(
    () => new NextAvailableSessionId(),
    (e) => ({ correlationId: String(e.correlationId()), nextSessionId: e.sessionId() }),
    (a, b) => b.setCorrelationId(a.correlationId()).setSessionId(a.sessionId()),
  ),
  ON_PUBLICATION_ERROR: define(
    () => new PublicationErrorEvent(),
    (e) => ({
      registrationId: String(e.registrationId()),
      destinationRegistrationId: String(e.destinationRegistrationId()),
      sessionId: e.sessionId(),
      streamId: e.streamId(),
      receiverId: String(e.receiverId()),
      groupTag: e.groupTag() === -1n ? null : String(e.groupTag()),
      sourceAddress: addressText(e),
      errorCode: e.errorCode(),
      errorMessage: e.message(),
    }),
    (a, b) =>
      b
        .setRegistrationId(a.registrationId())
        .setDestinationRegistrationId(a.destinationRegistrationId())
        .setSessionId(a.sessionId())
        .setStreamId(a.streamId())
        .setReceiverId(a.receiverId())
        .setGroupTag(a.groupTag())
        .setAddress(a.address(), a.port())
        .setErrorCode(a.errorCode())
        .setMessage(a.message()),
  ),
};

function renameId({ correlationId, ...rest }: Values): Values {
  return { registrationId: correlationId ?? null, ...rest };
}

describe.skipIf(!hasConformanceData)("events as the Java driver writes them", () => {
  const fixtures = hasConformanceData
    ? readConformanceJson<EventFixture[]>("commands/events.json")
    : [];

  it("has a fixture for every event", () => {
    expect([...new Set(fixtures.map((fixture) => fixture.event))].toSorted()).toEqual(
      Object.keys(DriverEvent).toSorted(),
    );
  });

  it.each(fixtures.map((fixture, index) => [`${index} ${fixture.event}`, fixture] as const))(
    "%s reads to its arguments and writes to the same bytes",
    (_, fixture) => {
      expect(Object.entries(DriverEvent)).toContainEqual([fixture.event, fixture.typeId]);
      const payload = bytesOfHex(fixture.payloadHex);
      const kind = cases[fixture.event];
      if (kind === undefined) throw new Error(`no case for ${fixture.event}`);
      const reader = kind.create().wrap(viewOf(payload), 0, payload.length).check();
      expect(kind.read(reader)).toEqual(fixture.args);

      const written = new Uint8Array(payload.length);
      kind.copy(reader, kind.create().wrap(viewOf(written), 0, written.length));
      expect(hexOf(written)).toBe(fixture.payloadHex);
    },
  );
});

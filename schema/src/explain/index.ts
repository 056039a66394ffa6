export { explainMessage } from "./explain-message.js";
export type { ExplainedMessage } from "./explain-message.js";
export { explainPayload, guessFraming } from "./explain-payload.js";
export type { ExplainedPayload, ExplainPayloadOptions } from "./explain-payload.js";
export { FRAMINGS, framingNamed, NO_FRAMING } from "./framing.js";
export type { Framing, HeaderField } from "./framing.js";
export type { Span, SpanKind } from "./span.js";
export { timeMeaningOf, timeText } from "./time-meaning.js";
export type { TimeMeaning } from "./time-meaning.js";

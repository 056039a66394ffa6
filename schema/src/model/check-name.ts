/**
 * Names that some generator of the official tool would have to change. A schema is shared between
 * languages, so the official tool warns for all of them; so do we, with one warning a name.
 *
 * Source: the keyword lists of the language specifications, as far as the official tool knows them
 * (conformance/sbe/rejects.json, cases name-*): contextual keywords are allowed, a leading digit is
 * not noticed.
 */
import { quoted, type DiagnosticSink } from "../diagnostics/diagnostic-sink.js";
import { attributeSpan, type XmlElement } from "../xml/xml-element.js";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const CPP = words(
  `alignas alignof and and_eq asm assert atomic_cancel atomic_commit atomic_noexcept auto bitand bitor
  bool break case catch char char16_t char32_t char8_t class co_await co_return co_yield compl concept
  const const_cast consteval constexpr constinit continue decltype default delete do double dynamic_cast
  else enum explicit export extern false float for friend goto if inline int long mutable namespace new
  noexcept not not_eq nullptr operator or or_eq private protected public reflexpr register
  reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch
  synchronized template this thread_local throw true try typedef typeid typename union unsigned using
  virtual void volatile wchar_t while xor xor_eq`,
);

const JAVA = words(
  `_ abstract assert boolean break byte case catch char class const continue default do double else enum
  extends false final finally float for goto if implements import instanceof int interface long native
  new null package private protected public return short static strictfp super switch synchronized this
  throw throws transient true try void volatile while`,
);

const GO = words(
  `_ append bool break byte cap case chan close complex complex128 complex64 const continue copy default
  defer delete else error fallthrough false float32 float64 for func go goto if imag import int int16
  int32 int64 int8 interface iota len make map new nil package panic print println range real recover
  return rune select string struct switch true type uint uint16 uint32 uint64 uint8 uintptr var`,
);

const CSHARP = words(
  `abstract as base bool break byte case catch char checked class const continue decimal default delegate
  do double else enum event explicit extern false finally fixed float for foreach goto if implicit in int
  interface internal is lock long namespace new null object operator out override params private
  protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch
  this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while`,
);

interface Language {
  readonly name: string;
  readonly keywords: ReadonlySet<string>;
  /** Every character of an identifier; the first one is not looked at more closely. */
  readonly identifier: RegExp;
}

const LANGUAGES: readonly Language[] = [
  { name: "C++", keywords: CPP, identifier: /^[\p{L}\p{Nd}_]*$/u },
  {
    name: "Java",
    keywords: JAVA,
    identifier: /^[\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{Mn}\p{Mc}\p{Cf}]+$/u,
  },
  { name: "Go", keywords: GO, identifier: /^[\p{L}\p{Nd}_]*$/u },
  { name: "C#", keywords: CSHARP, identifier: /^[\p{L}\p{Nd}\p{Pc}\p{Mn}\p{Mc}\p{Cf}@]*$/u },
];

/** Reports a name that is a keyword or no identifier in some language. */
export function checkName(element: XmlElement, name: string, sink: DiagnosticSink): void {
  if (/^[A-Z][A-Za-z0-9]*$/.test(name)) return; // No language has a keyword with a capital letter.
  const languages = LANGUAGES.filter((language) => !isValid(language, name)).map(
    ({ name: language }) => language,
  );
  if (languages.length === 0) return;
  const last = languages.pop() ?? "";
  const list = languages.length === 0 ? last : `${languages.join(", ")} and ${last}`;
  sink.report(
    "name-not-portable",
    attributeSpan(element, "name"),
    `name ${quoted(name)} is not valid in ${list}`,
  );
}

function isValid({ name: language, keywords, identifier }: Language, name: string): boolean {
  // Java names may be qualified.
  const parts = language === "Java" ? name.split(".") : [name];
  return parts.every((part) => identifier.test(part) && !keywords.has(part));
}

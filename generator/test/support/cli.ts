/** The `sbe` command in the process of the test: own folder, own streams. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { WatchHost } from "../../src/cli/io.js";
import { run } from "../../src/cli/run.js";

/** What a command line did. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  /** Standard output as bytes. */
  readonly bytes: Buffer;
  readonly stderr: string;
}

/** A folder of its own for one test; `using` removes it. */
export class CliFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "sbe-cli-"));

  /** Writes a file below the folder; returns its relative path. */
  write(path: string, content: string | Uint8Array): string {
    const file = join(this.path, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return path;
  }

  /** Runs `sbe` with this folder as the current one. */
  async sbe(
    argv: readonly string[],
    stdin: Iterable<Uint8Array | string> = [],
    watch?: WatchHost,
    onErr: (text: string) => void = () => undefined,
  ): Promise<CliResult> {
    const out: Buffer[] = [];
    let stderr = "";
    const code = await run(argv, {
      cwd: this.path,
      stdin: piecesOf(stdin),
      async out(data) {
        out.push(Buffer.from(data));
      },
      outNow(data) {
        out.push(Buffer.from(data));
      },
      err(text) {
        stderr += text;
        onErr(text);
      },
      ...(watch === undefined ? {} : { watch }),
    });
    const bytes = Buffer.concat(out);
    return { code, stdout: bytes.toString("utf8"), bytes, stderr };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

async function* piecesOf(pieces: Iterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** A small schema with one of each kind of thing. */
export const SHOP_SCHEMA = `<?xml version="1.0" encoding="UTF-8"?>
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="shop" id="9" version="1">
<types>
<composite name="messageHeader">
<type name="blockLength" primitiveType="uint16"/>
<type name="templateId" primitiveType="uint16"/>
<type name="schemaId" primitiveType="uint16"/>
<type name="version" primitiveType="uint16"/>
</composite>
<composite name="groupSizeEncoding">
<type name="blockLength" primitiveType="uint16"/>
<type name="numInGroup" primitiveType="uint8"/>
</composite>
<composite name="text">
<type name="length" primitiveType="uint16"/>
<type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/>
</composite>
<composite name="blob">
<type name="length" primitiveType="uint8"/>
<type name="varData" primitiveType="uint8" length="0"/>
</composite>
<composite name="Price">
<type name="mantissa" primitiveType="int64"/>
<type name="exponent" primitiveType="int8" presence="constant">-2</type>
</composite>
<type name="Code" primitiveType="char" length="4"/>
<type name="OptionalCount" primitiveType="uint32" presence="optional"/>
<enum name="Size" encodingType="char">
<validValue name="Small">S</validValue>
<validValue name="Large">L</validValue>
</enum>
<set name="Flags" encodingType="uint8">
<choice name="Gift">0</choice>
<choice name="Fragile">3</choice>
</set>
</types>
<sbe:message name="Order" id="1">
<field name="OrderId" id="1" type="uint64"/>
<field name="code" id="2" type="Code"/>
<field name="size" id="3" type="Size"/>
<field name="flags" id="4" type="Flags"/>
<field name="total" id="5" type="Price"/>
<field name="count" id="6" type="OptionalCount"/>
<field name="discount" id="7" type="OptionalCount" sinceVersion="1"/>
<group name="lines" id="10" dimensionType="groupSizeEncoding">
<field name="quantity" id="11" type="uint16"/>
<field name="weight" id="12" type="float"/>
</group>
<data name="note" id="20" type="text"/>
<data name="label" id="21" type="blob"/>
</sbe:message>
<sbe:message name="Ping" id="2"/>
</sbe:messageSchema>
`;

/** An Order of {@link SHOP_SCHEMA} in bytes, as hex. */
export const ORDER_HEX =
  "1e00010009000100" + // block length 30, template 1, schema 9, version 1
  "0100000000002000" + // OrderId 9007199254740993
  "41420000" + // code AB
  "4c" + // size Large
  "09" + // flags Gift, Fragile
  "f6ffffffffffffff" + // total -10 x 10^-2
  "ffffffff" + // count null
  "05000000" + // discount 5
  "060001" + // lines: block length 6, 1 entry
  "07000000c03f" + // quantity 7, weight 1.5
  "0300c3a921" + // note "\u00e9!"
  "02beef"; // label

/** The same Order as `sbe decode` prints it. */
export const ORDER_PLAIN =
  '{"OrderId":"9007199254740993","code":"AB","size":"Large","flags":["Gift","Fragile"],' +
  '"total":{"mantissa":"-10","exponent":-2},"count":null,"discount":5,' +
  '"lines":[{"quantity":7,"weight":1.5}],"note":"\u00e9!","label":"0xbeef"}\n';

/** The same Order as `sbe decode --lossless` prints it. */
export const ORDER_LOSSLESS =
  '{"message":"Order","templateId":1,"version":1,"length":55,"values":{' +
  '"OrderId":"9007199254740993","code":{"$hex":"41420000","$text":"AB"},' +
  '"size":{"$enum":"Large","$raw":76},"flags":{"$set":["Gift","Fragile"],"$raw":"9"},' +
  '"total":{"mantissa":"-10","exponent":{"$const":-2}},"count":4294967295,"discount":5,' +
  '"lines":[{"quantity":7,"weight":1.5}],"note":{"$data":"c3a921","$text":"\u00e9!"},' +
  '"label":{"$data":"beef"}}}\n';

/** A Ping of {@link SHOP_SCHEMA}: a header and nothing else. */
export const PING_HEX = "0000020009000100";

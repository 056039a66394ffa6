import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.ir.IrDecoder;
import uk.co.real_logic.sbe.ir.IrEncoder;
import uk.co.real_logic.sbe.json.JsonPrinter;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/**
 * What the official sbe-tool says, for our tests to compare with.
 *
 *   ir SCHEMA     standard output: the IR as the official IrEncoder writes it, in hex
 *   irs           standard input: one schema in base64 a line; output: its IR in hex, or "refused"
 *   reread        standard input: one IR in hex a line; output: the same after the official reader and writer, in hex
 *   json SCHEMA   standard input: one message in hex a line; output: the official JSON, an empty line after each
 */
public final class SbeOracle {
    public static void main(final String[] args) throws Exception {
        if ("irs".equals(args[0])) {
            printIrs();
            return;
        }

        if ("reread".equals(args[0])) {
            rereadIrs();
            return;
        }

        final Ir ir;
        try (InputStream in = new FileInputStream(args[1])) {
            ir = parse(in);
        }

        if ("ir".equals(args[0])) {
            System.out.println(encode(ir));
            return;
        }

        final JsonPrinter printer = new JsonPrinter(ir);
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                final StringBuilder json = new StringBuilder();
                printer.print(ByteBuffer.wrap(HexFormat.of().parseHex(line)), json);
                System.out.println(json);
                System.out.println();
            }
        }
    }

    private static void printIrs() throws Exception {
        // The parser of the JDK writes malformed XML to standard error, one line for each fault.
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String answer;
                try {
                    answer = encode(parse(new ByteArrayInputStream(Base64.getDecoder().decode(line))));
                } catch (final Exception ex) {
                    answer = "refused";
                }
                System.out.println(answer);
            }
        }
    }

    private static void rereadIrs() throws Exception {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                try (IrDecoder decoder = new IrDecoder(ByteBuffer.wrap(HexFormat.of().parseHex(line)))) {
                    System.out.println(encode(decoder.decode()));
                }
            }
        }
    }

    private static Ir parse(final InputStream in) throws Exception {
        final ParserOptions options = ParserOptions.builder().stopOnError(true).suppressOutput(true).build();
        return new IrGenerator().generate(XmlSchemaParser.parse(in, options));
    }

    private static String encode(final Ir ir) throws Exception {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 22);
        final int length;
        try (IrEncoder encoder = new IrEncoder(buffer, ir)) {
            length = encoder.encode();
        }
        final byte[] bytes = new byte[length];
        buffer.get(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }
}

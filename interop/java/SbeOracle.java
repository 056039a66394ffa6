import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.ir.IrEncoder;
import uk.co.real_logic.sbe.json.JsonPrinter;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/**
 * What the official sbe-tool says, for our tests to compare with.
 *
 *   ir SCHEMA     standard output: the IR as the official IrEncoder writes it, in hex
 *   json SCHEMA   standard input: one message in hex a line; output: the official JSON, an empty line after each
 */
public final class SbeOracle {
    public static void main(final String[] args) throws Exception {
        final Ir ir;
        try (InputStream in = new FileInputStream(args[1])) {
            ir = new IrGenerator().generate(
                XmlSchemaParser.parse(in, ParserOptions.builder().stopOnError(true).build()));
        }

        if ("ir".equals(args[0])) {
            final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 22);
            final int length;
            try (IrEncoder encoder = new IrEncoder(buffer, ir)) {
                length = encoder.encode();
            }
            final byte[] bytes = new byte[length];
            buffer.get(0, bytes);
            System.out.println(HexFormat.of().formatHex(bytes));
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
}

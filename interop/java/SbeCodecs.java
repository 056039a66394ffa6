import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import uk.co.real_logic.sbe.PrimitiveType;
import uk.co.real_logic.sbe.generation.java.JavaGenerator;
import uk.co.real_logic.sbe.generation.java.JavaOutputManager;
import uk.co.real_logic.sbe.generation.java.JavaUtil;
import uk.co.real_logic.sbe.ir.Encoding;
import uk.co.real_logic.sbe.ir.GenerationUtil;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.ir.Signal;
import uk.co.real_logic.sbe.ir.Token;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/**
 * Codecs that the official sbe-tool generates, compiled and driven by reflection.
 *
 *   decode SCHEMA FOLDER             standard input: one message in hex a line; output: its values, a line each
 *   encode SCHEMA FOLDER COUNT SEED  output: COUNT messages of each template: hex, a space, the values
 *
 * FOLDER takes the generated classes. Values are `path=value` in the order of the schema, joined by `;`: integers in
 * decimal, floating point numbers as their bits in hex, sets as their bits in decimal, char arrays and data as bytes in
 * hex behind `x:`, other arrays joined by `,`, groups as `path#=count`. Constants are left out.
 */
public final class SbeCodecs {
    private static final int ENTRIES_MAX = 4;
    private static final int DATA_MAX = 30;

    private final Ir ir;
    private final ClassLoader loader;
    private final Random random;
    private StringJoiner values = new StringJoiner(";");

    private SbeCodecs(final Ir ir, final ClassLoader loader, final long seed) {
        this.ir = ir;
        this.loader = loader;
        this.random = new Random(seed);
    }

    public static void main(final String[] args) throws Exception {
        final Ir ir;
        try (InputStream in = new FileInputStream(args[1])) {
            ir = new IrGenerator().generate(XmlSchemaParser.parse(in, ParserOptions.builder().stopOnError(true).build()));
        }
        final ClassLoader loader = compile(ir, Path.of(args[2]));
        if ("decode".equals(args[0])) {
            final SbeCodecs codecs = new SbeCodecs(ir, loader, 0);
            try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    System.out.println(codecs.decode(HexFormat.of().parseHex(line)));
                }
            }
            return;
        }
        final SbeCodecs codecs = new SbeCodecs(ir, loader, Long.parseLong(args[4]));
        for (final List<Token> message : ir.messages()) {
            for (int count = Integer.parseInt(args[3]); count > 0; count--) {
                System.out.println(codecs.encode(message));
            }
        }
    }

    private static ClassLoader compile(final Ir ir, final Path folder) throws Exception {
        Files.createDirectories(folder);
        final JavaOutputManager output = new JavaOutputManager(folder.toString(), ir.applicableNamespace());
        new JavaGenerator(
            ir, MutableDirectBuffer.class.getName(), DirectBuffer.class.getName(), false, false, false, output).generate();
        final List<String> arguments = new ArrayList<>(
            List.of("-nowarn", "-classpath", System.getProperty("java.class.path"), "-d", folder.toString()));
        try (Stream<Path> files = Files.walk(folder)) {
            files.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(arguments::add);
        }
        final int status = ToolProvider.getSystemJavaCompiler()
            .run(null, System.err, System.err, arguments.toArray(new String[0]));
        if (status != 0) {
            throw new IllegalStateException("generated codecs must compile: status=" + status);
        }
        return new URLClassLoader(new URL[] { folder.toUri().toURL() }, SbeCodecs.class.getClassLoader());
    }

    private Object make(final String name, final String suffix) throws Exception {
        final String className = ir.applicableNamespace() + "." + JavaUtil.formatClassName(name) + suffix;
        return loader.loadClass(className).getConstructor().newInstance();
    }

    private String headerName() {
        return ir.headerStructure().tokens().get(0).applicableTypeName();
    }

    private String decode(final byte[] bytes) throws Exception {
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final Object header = make(headerName(), "Decoder");
        call(header, "wrap", buffer, 0);
        final List<Token> message = ir.getMessage(((Number)call(header, "templateId")).longValue());
        final Object decoder = make(message.get(0).name(), "Decoder");
        call(decoder, "wrapAndApplyHeader", buffer, 0, header);
        values = new StringJoiner(";", message.get(0).name() + ";", "");
        readBlock(decoder, GenerationUtil.getMessageBody(message), "");
        return values.toString();
    }

    private void readBlock(final Object decoder, final List<Token> tokens, final String path) throws Exception {
        final Parts parts = new Parts(tokens);
        for (int i = 0; i < parts.fields.size(); i += parts.fields.get(i).componentTokenCount()) {
            readValue(decoder, parts.fields.get(i).name(), parts.fields, i + 1, path, parts.fields.get(i));
        }
        for (int i = 0; i < parts.groups.size(); i += parts.groups.get(i).componentTokenCount()) {
            final Token group = parts.groups.get(i);
            final Object entries = call(decoder, property(group.name()));
            final int count = ((Number)call(entries, "count")).intValue();
            values.add(path + group.name() + "#=" + count);
            for (int entry = 0; entry < count; entry++) {
                call(entries, "next");
                readBlock(entries, parts.body(i), path + group.name() + "[" + entry + "].");
            }
        }
        for (int i = 0; i < parts.data.size(); i += parts.data.get(i).componentTokenCount()) {
            final String name = parts.data.get(i).name();
            final byte[] bytes = new byte[((Number)call(decoder, property(name) + "Length")).intValue()];
            call(decoder, "get" + JavaUtil.formatClassName(name), bytes, 0, bytes.length);
            values.add(path + name + "=x:" + HexFormat.of().formatHex(bytes));
        }
    }

    private void readValue(
        final Object decoder, final String name, final List<Token> tokens, final int index, final String path, final Token field)
        throws Exception {
        final Token type = tokens.get(index);
        if (type.isConstantEncoding() || field.isConstantEncoding()) {
            return;
        }
        final Encoding encoding = type.encoding();
        switch (type.signal()) {
            case BEGIN_COMPOSITE -> {
                final Object composite = call(decoder, property(name));
                for (int i = index + 1; tokens.get(i).signal() != Signal.END_COMPOSITE; i += tokens.get(i).componentTokenCount()) {
                    readValue(composite, tokens.get(i).name(), tokens, i, path + name + ".", tokens.get(i));
                }
            }
            case BEGIN_ENUM -> add(path + name, encoding.primitiveType(), call(decoder, property(name) + "Raw"));
            case BEGIN_SET -> add(path + name, encoding.primitiveType(), call(call(decoder, property(name)), "getRaw"));
            default -> {
                if (type.arrayLength() == 1) {
                    add(path + name, encoding.primitiveType(), call(decoder, property(name)));
                    return;
                }
                final List<Object> elements = new ArrayList<>();
                for (int i = 0; i < type.arrayLength(); i++) {
                    elements.add(call(decoder, property(name), i));
                }
                addArray(path + name, encoding.primitiveType(), elements);
            }
        }
    }

    private String encode(final List<Token> message) throws Exception {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 16]);
        final Object header = make(headerName(), "Encoder");
        final Object encoder = make(message.get(0).name(), "Encoder");
        call(encoder, "wrapAndApplyHeader", buffer, 0, header);
        values = new StringJoiner(";", message.get(0).name() + ";", "");
        writeBlock(encoder, GenerationUtil.getMessageBody(message), "");
        final int limit = ((Number)call(encoder, "limit")).intValue();
        final byte[] bytes = new byte[limit];
        buffer.getBytes(0, bytes);
        return HexFormat.of().formatHex(bytes) + " " + values;
    }

    private void writeBlock(final Object encoder, final List<Token> tokens, final String path) throws Exception {
        final Parts parts = new Parts(tokens);
        for (int i = 0; i < parts.fields.size(); i += parts.fields.get(i).componentTokenCount()) {
            writeValue(encoder, parts.fields.get(i).name(), parts.fields, i + 1, path, parts.fields.get(i));
        }
        for (int i = 0; i < parts.groups.size(); i += parts.groups.get(i).componentTokenCount()) {
            final Token group = parts.groups.get(i);
            final int count = random.nextInt(ENTRIES_MAX);
            final Object entries = call(encoder, property(group.name()) + "Count", count);
            values.add(path + group.name() + "#=" + count);
            for (int entry = 0; entry < count; entry++) {
                call(entries, "next");
                writeBlock(entries, parts.body(i), path + group.name() + "[" + entry + "].");
            }
        }
        for (int i = 0; i < parts.data.size(); i += parts.data.get(i).componentTokenCount()) {
            final String name = parts.data.get(i).name();
            final byte[] bytes = new byte[random.nextInt(DATA_MAX)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte)(32 + random.nextInt(95));
            }
            call(encoder, "put" + JavaUtil.formatClassName(name), bytes, 0, bytes.length);
            values.add(path + name + "=x:" + HexFormat.of().formatHex(bytes));
        }
    }

    private void writeValue(
        final Object encoder, final String name, final List<Token> tokens, final int index, final String path, final Token field)
        throws Exception {
        final Token type = tokens.get(index);
        if (type.isConstantEncoding() || field.isConstantEncoding()) {
            return;
        }
        final PrimitiveType primitive = type.encoding().primitiveType();
        switch (type.signal()) {
            case BEGIN_COMPOSITE -> {
                final Object composite = call(encoder, property(name));
                for (int i = index + 1; tokens.get(i).signal() != Signal.END_COMPOSITE; i += tokens.get(i).componentTokenCount()) {
                    writeValue(composite, tokens.get(i).name(), tokens, i, path + name + ".", tokens.get(i));
                }
            }
            case BEGIN_ENUM -> {
                final Method setter = method(encoder, property(name), 1);
                final Object[] constants = setter.getParameterTypes()[0].getEnumConstants();
                final Object constant = constants[random.nextInt(constants.length)];
                setter.invoke(encoder, constant);
                add(path + name, primitive, call(constant, "value"));
            }
            case BEGIN_SET -> {
                final Object set = call(encoder, property(name));
                call(set, "clear");
                long bits = 0;
                for (int i = index + 1; tokens.get(i).signal() == Signal.CHOICE; i++) {
                    final boolean isSet = random.nextBoolean();
                    call(set, property(tokens.get(i).name()), isSet);
                    if (isSet) {
                        bits |= 1L << tokens.get(i).encoding().constValue().longValue();
                    }
                }
                values.add(path + name + "=" + Long.toUnsignedString(bits));
            }
            default -> {
                if (type.arrayLength() == 1) {
                    final Method setter = method(encoder, property(name), 1);
                    final boolean isNull = type.isOptionalEncoding() && random.nextInt(4) == 0;
                    final Object value = isNull
                        ? make(setter.getParameterTypes()[0], primitive, type.encoding().applicableNullValue())
                        : make(setter.getParameterTypes()[0], primitive, null);
                    setter.invoke(encoder, value);
                    add(path + name, primitive, value);
                    return;
                }
                final Method setter = indexSetter(encoder, property(name));
                final List<Object> elements = new ArrayList<>();
                for (int i = 0; i < type.arrayLength(); i++) {
                    final Object value = make(setter.getParameterTypes()[1], primitive, null);
                    setter.invoke(encoder, i, value);
                    elements.add(value);
                }
                addArray(path + name, primitive, elements);
            }
        }
    }

    /** A value of the Java type: the one given, or a random one that the primitive type can hold. */
    private Object make(
        final Class<?> type, final PrimitiveType primitive, final uk.co.real_logic.sbe.PrimitiveValue given) {
        if (type == float.class) {
            return given != null ? (float)given.doubleValue() : random.nextFloat() * 1000 - 500;
        }
        if (type == double.class) {
            return given != null ? given.doubleValue() : random.nextGaussian() * 1e9;
        }
        final long bits = random.nextLong();
        final long value = given != null ? given.longValue() : switch (primitive) {
            case CHAR -> 32 + Math.floorMod(bits, 95);
            case INT8 -> (byte)bits;
            case UINT8 -> bits & 0xff;
            case INT16 -> (short)bits;
            case UINT16 -> bits & 0xffff;
            case INT32 -> (int)bits;
            case UINT32 -> bits & 0xffffffffL;
            default -> bits;
        };
        if (type == byte.class) {
            return (byte)value;
        }
        if (type == short.class) {
            return (short)value;
        }
        return type == int.class ? (Object)(int)value : (Object)value;
    }

    private void add(final String path, final PrimitiveType primitive, final Object value) {
        values.add(path + "=" + text(primitive, value));
    }

    private void addArray(final String path, final PrimitiveType primitive, final List<Object> elements) {
        final boolean isChars = primitive == PrimitiveType.CHAR;
        final StringJoiner joined = new StringJoiner(isChars ? "" : ",", path + (isChars ? "=x:" : "="), "");
        for (final Object element : elements) {
            joined.add(isChars ? String.format("%02x", (byte)element) : text(primitive, element));
        }
        values.add(joined.toString());
    }

    private static String text(final PrimitiveType primitive, final Object value) {
        if (value instanceof Float number) {
            return Integer.toHexString(Float.floatToIntBits(number));
        }
        if (value instanceof Double number) {
            return Long.toHexString(Double.doubleToLongBits(number));
        }
        final long number = ((Number)value).longValue();
        return switch (primitive) {
            case CHAR, UINT8 -> Long.toString(number & 0xff);
            case UINT64 -> Long.toUnsignedString(number);
            default -> Long.toString(number);
        };
    }

    private static String property(final String name) {
        return JavaUtil.formatPropertyName(name);
    }

    private static Object call(final Object target, final String name, final Object... arguments) throws Exception {
        for (final Method method : target.getClass().getMethods()) {
            if (method.getName().equals(name) && accepts(method.getParameterTypes(), arguments)) {
                return method.invoke(target, arguments);
            }
        }
        throw new NoSuchMethodException(target.getClass() + "." + name + "/" + arguments.length);
    }

    private static boolean accepts(final Class<?>[] types, final Object[] arguments) {
        if (types.length != arguments.length) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            final boolean isFit = types[i] == int.class ? arguments[i] instanceof Integer
                : types[i] == boolean.class ? arguments[i] instanceof Boolean : types[i].isInstance(arguments[i]);
            if (!isFit) {
                return false;
            }
        }
        return true;
    }

    /** The setter of one value; text has one more, which takes a string. */
    private static Method method(final Object target, final String name, final int count) throws Exception {
        for (final Method method : target.getClass().getMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == count &&
                !CharSequence.class.isAssignableFrom(method.getParameterTypes()[0])) {
                return method;
            }
        }
        throw new NoSuchMethodException(target.getClass() + "." + name);
    }

    private static Method indexSetter(final Object target, final String name) throws Exception {
        for (final Method method : target.getClass().getMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == 2 &&
                method.getParameterTypes()[0] == int.class && method.getParameterTypes()[1].isPrimitive()) {
                return method;
            }
        }
        throw new NoSuchMethodException(target.getClass() + "." + name);
    }

    /** Tokens of a block by kind. */
    private static final class Parts {
        final List<Token> fields = new ArrayList<>();
        final List<Token> groups = new ArrayList<>();
        final List<Token> data = new ArrayList<>();

        Parts(final List<Token> tokens) {
            int i = GenerationUtil.collectFields(tokens, 0, fields);
            i = GenerationUtil.collectGroups(tokens, i, groups);
            GenerationUtil.collectVarData(tokens, i, data);
        }

        /** What is in the group whose first token stands at the index: behind its dimension, before its end. */
        List<Token> body(final int index) {
            final int end = index + groups.get(index).componentTokenCount();
            final int start = index + 1 + groups.get(index + 1).componentTokenCount();
            return groups.subList(start, end - 1);
        }
    }
}

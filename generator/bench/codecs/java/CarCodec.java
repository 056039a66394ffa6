import alerion.bench.vehicles.BooleanType;
import alerion.bench.vehicles.CarDecoder;
import alerion.bench.vehicles.CarEncoder;
import alerion.bench.vehicles.EngineDecoder;
import alerion.bench.vehicles.MessageHeaderDecoder;
import alerion.bench.vehicles.MessageHeaderEncoder;
import alerion.bench.vehicles.Model;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

final class CarCodec implements Codec {
    private static final String VEHICLE_CODE = "abcdef";
    private static final String MANUFACTURER_CODE = "abc";
    private static final String MANUFACTURER = "Ardent Works";
    private static final String MODEL = "Kite5";
    private static final int FUEL_FIGURES = 3;
    private static final int PERFORMANCE_FIGURES = 2;
    private static final int ACCELERATIONS = 3;

    private final byte[] bytes = new byte[RING * SLOT];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final CarEncoder encoder = new CarEncoder();
    private final CarDecoder decoder = new CarDecoder();
    private final byte[] vehicleCode = VEHICLE_CODE.getBytes(StandardCharsets.ISO_8859_1);
    private final byte[] manufacturerCode = MANUFACTURER_CODE.getBytes(StandardCharsets.ISO_8859_1);
    private final byte[] manufacturer = MANUFACTURER.getBytes(StandardCharsets.ISO_8859_1);
    private final byte[] model = MODEL.getBytes(StandardCharsets.ISO_8859_1);
    private final byte[] scratch = new byte[64];
    private final boolean strings;

    CarCodec(final boolean strings) {
        this.strings = strings;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int encode(final int index) {
        final int i = index & (RING - 1);
        encoder.wrapAndApplyHeader(buffer, i * SLOT, headerEncoder)
            .serialNumber(12_345 + i)
            .modelYear(2005 + i)
            .available(BooleanType.Yes)
            .code(Model.A);
        for (int n = 0; n < 5; n++) {
            encoder.someNumbers(n, n);
        }
        if (strings) {
            encoder.vehicleCode(VEHICLE_CODE);
        } else {
            encoder.putVehicleCode(vehicleCode, 0);
        }
        encoder.extras().clear().sunRoof(true).sportsPack(true);
        encoder.engine().capacity(4200 + i).numCylinders((short)8);
        if (strings) {
            encoder.engine().manufacturerCode(MANUFACTURER_CODE);
        } else {
            encoder.engine().putManufacturerCode(manufacturerCode, 0);
        }
        final CarEncoder.FuelFiguresEncoder fuel = encoder.fuelFiguresCount(FUEL_FIGURES);
        for (int n = 0; n < FUEL_FIGURES; n++) {
            fuel.next().speed(30 + 25 * n).mpg(35.75f + 6.5f * n);
        }
        final CarEncoder.PerformanceFiguresEncoder performance = encoder.performanceFiguresCount(PERFORMANCE_FIGURES);
        for (int n = 0; n < PERFORMANCE_FIGURES; n++) {
            final CarEncoder.PerformanceFiguresEncoder.AccelerationEncoder acceleration =
                performance.next().octaneRating((short)(95 + 4 * n)).accelerationCount(ACCELERATIONS);
            for (int m = 0; m < ACCELERATIONS; m++) {
                acceleration.next().mph(30 + 30 * m).seconds(4 + 3.5f * m - 0.25f * n);
            }
        }
        if (strings) {
            encoder.manufacturer(MANUFACTURER).model(MODEL);
        } else {
            encoder.putManufacturer(manufacturer, 0, manufacturer.length).putModel(model, 0, model.length);
        }
        return MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    private int taken(final int length) {
        return length + scratch[0] + scratch[length - 1];
    }

    private static int taken(final String text) {
        return text.length() + text.charAt(0) + text.charAt(text.length() - 1);
    }

    public int decode(final int index) {
        decoder.wrapAndApplyHeader(buffer, (index & (RING - 1)) * SLOT, headerDecoder);
        final EngineDecoder engine = decoder.engine();
        int total = (int)decoder.serialNumber() + decoder.modelYear() + decoder.availableRaw() +
            decoder.codeRaw() + decoder.extras().getRaw() + engine.capacity() + engine.numCylinders();
        for (int i = 0; i < 5; i++) {
            total += decoder.someNumbers(i);
        }
        if (strings) {
            total += taken(decoder.vehicleCode()) + taken(engine.manufacturerCode());
        } else {
            total += taken(decoder.getVehicleCode(scratch, 0));
            total += taken(engine.getManufacturerCode(scratch, 0));
        }
        final CarDecoder.FuelFiguresDecoder fuel = decoder.fuelFigures();
        while (fuel.hasNext()) {
            fuel.next();
            total += fuel.speed() + (int)(fuel.mpg() * 8);
        }
        final CarDecoder.PerformanceFiguresDecoder performance = decoder.performanceFigures();
        while (performance.hasNext()) {
            total += performance.next().octaneRating();
            final CarDecoder.PerformanceFiguresDecoder.AccelerationDecoder acceleration =
                performance.acceleration();
            while (acceleration.hasNext()) {
                acceleration.next();
                total += acceleration.mph() + (int)(acceleration.seconds() * 8);
            }
        }
        if (strings) {
            return total + taken(decoder.manufacturer()) + taken(decoder.model());
        }
        total += taken(decoder.getManufacturer(scratch, 0, decoder.manufacturerLength()));
        return total + taken(decoder.getModel(scratch, 0, decoder.modelLength()));
    }
}

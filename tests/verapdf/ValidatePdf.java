import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Judges PDF files by veraPDF: ValidatePdf FLAVOURS FILE...
 *
 * FLAVOURS are joined by commas, such as 3a,ua1. Prints one line a kind of failure, parted by tabs: file, flavour,
 * clause, message, where; and one line "checked" with file, flavour and the number of checks made. Exits 0 when it
 * could judge, whatever it found.
 */
public final class ValidatePdf {
    private ValidatePdf() {
    }

    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (int i = 1; i < arguments.length; i++) {
            for (String flavour : arguments[0].split(",")) {
                judge(new File(arguments[i]), PDFAFlavour.fromString(flavour)).forEach(System.out::println);
            }
        }
    }

    private static List<String> judge(File file, PDFAFlavour flavour) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            List<String> lines = new ArrayList<>(failures(file, flavour, result));
            lines.add(String.join("\t", "checked", file.getPath(), flavour.toString(),
                    String.valueOf(result.getTotalAssertions())));
            return lines;
        }
    }

    private static TreeSet<String> failures(File file, PDFAFlavour flavour, ValidationResult result) {
        TreeSet<String> lines = new TreeSet<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                String clause = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                lines.add(String.join("\t", file.getPath(), flavour.toString(), clause,
                        oneLine(assertion.getMessage()), oneLine(assertion.getLocation().getContext())));
            }
        }
        return lines;
    }

    private static String oneLine(String text) {
        return text == null ? "" : text.replaceAll("\\s+", " ");
    }
}

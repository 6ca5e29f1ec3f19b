//! What the user typed: names, types and help of the arguments, and nothing else.

use clap::builder::styling::Styles;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use shenbao::pipeline::shard::Shard;
use std::num::NonZeroUsize;
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0    all documents were converted
  2    finished; some documents failed
  3    finished with findings of severity error (with --strict)
  4    golden differences
  64   usage
  66   no input was found
  73   an output cannot be created
  74   an output cannot be written, or the disk is full; the run stopped
  75   another run is writing to the same folder
  130  interrupted (SIGINT)
  143  terminated (SIGTERM)";

/// Turns archived PDF declaration forms into data people can trust.
#[derive(Debug, Parser)]
#[command(name = "shenbao", version, after_help = EXIT_CODES)]
#[command(styles = Styles::plain(), max_term_width = 100)]
#[command(disable_help_subcommand = true, subcommand_required = true)]
pub struct Flags {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Convert(ConvertFlags),
    Watch(WatchFlags),
    Status(StatusFlags),
    Report(ReportFlags),
    Inspect(InspectFlags),
    Golden(GoldenFlags),
    Template(TemplateFlags),
    Schema(SchemaFlags),
    Config(ConfigFlags),
    /// Print the completions for a shell
    Completions {
        shell: Shell,
    },
    /// Print the manual (roff; read it with `shenbao man | man -l -`)
    Man,
}

/// Convert forms to JSON and workbooks
#[expect(clippy::struct_excessive_bools, reason = "a bool is what a switch is")]
#[derive(Debug, Args)]
#[command(after_long_help = EXIT_CODES)]
pub struct ConvertFlags {
    #[command(flatten)]
    pub inputs: InputFlags,

    /// Folder for the outputs; the tree of a given folder is kept below it
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,

    /// Outputs to write: JSON and a workbook for each document, a combined workbook for several,
    /// and indicators.csv over all
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "json,xlsx,csv")]
    pub formats: Vec<FormatName>,

    #[command(flatten)]
    pub templates: LibraryFlags,

    /// Bind to this template only
    #[arg(long, value_name = "ID")]
    pub template: Option<String>,

    /// Which grids to list under `tables`: those that belong to no form, all, or none
    #[arg(long, value_name = "WHICH", default_value = "unmatched")]
    pub tables: TablesName,

    /// Convert the share I of N alone, for several machines: each takes the documents whose
    /// content falls to it, and a folder of its own with --out
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,

    /// Exit with 3 if there is a finding of severity error
    #[arg(long)]
    pub strict: bool,

    /// List what would be converted and written, and write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Password for encrypted documents
    #[arg(long, value_name = "PASSWORD", hide_default_value = true, default_value = "")]
    pub password: String,

    #[command(flatten)]
    pub models: ModelFlags,

    /// Compare the text of every page with that of a second reader (slow)
    #[arg(long)]
    pub verify: bool,

    /// Limits of the run, see `shenbao config`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// Read inputs and outputs again, instead of trusting sizes and times to tell what changed
    /// since the last run
    #[arg(long)]
    pub verify_outputs: bool,

    /// Try documents again that failed in a run before
    #[arg(long)]
    pub retry_failed: bool,

    /// Convert in this process instead of confined worker processes. A document that crashes the
    /// program then ends the run: for debugging, and for documents of your own
    #[arg(long)]
    pub in_process: bool,

    /// Write metrics for Prometheus to a file, for the textfile collector of node_exporter
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub metrics: Option<PathBuf>,

    /// Write the log to standard error as JSON Lines
    #[arg(long, value_name = "FORMAT")]
    pub log: Option<LogName>,

    /// Print failures only: no progress, no summary
    #[arg(long, short, conflicts_with = "log")]
    pub quiet: bool,
}

/// Convert what comes into a folder, until stopped
#[derive(Debug, Args)]
#[command(after_long_help = EXIT_CODES)]
pub struct WatchFlags {
    #[command(flatten)]
    pub convert: ConvertFlags,

    /// Seconds between two looks at the folder
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    pub every: u64,

    /// Seconds for which a file must not have changed before it is taken
    #[arg(long, value_name = "SECONDS", default_value = "5")]
    pub settle: u64,
}

/// What every command that reads documents takes.
#[derive(Debug, Default, Args)]
pub struct InputFlags {
    /// Files, folders (searched for .pdf, .txt, .tsv and pictures), patterns such as 'in/**/*.pdf', or `-`
    /// for standard input
    #[arg(value_name = "INPUT", required_unless_present = "files_from")]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<PathBuf>,

    /// Read more inputs from a file, one a line or separated by NUL; `-` for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files_from: Option<PathBuf>,

    /// Documents to convert at the same time [default: one for each processor]
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

#[derive(Debug, Args)]
pub struct ModelFlags {
    /// Folder of the recognition models, for scanned pages [default: $SHENBAO_MODELS, else
    /// shenbao/models in $XDG_DATA_HOME or ~/.local/share]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub models: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct LibraryFlags {
    /// Folder with templates of your own (*.toml); one with the identifier of a built-in family
    /// takes its place
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub template_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    Json,
    Xlsx,
    Csv,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum TablesName {
    Unmatched,
    All,
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LogName {
    Json,
}

/// Write a page that shows how a document was read, and why
#[derive(Debug, Args)]
pub struct InspectFlags {
    /// The document
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,

    /// Show this page only (counted from 1)
    #[arg(long, value_name = "N")]
    pub page: Option<u32>,

    /// Where to write the page [default: the document's name with .inspect.html, in the current
    /// folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,

    #[command(flatten)]
    pub templates: LibraryFlags,

    /// Bind to this template only
    #[arg(long, value_name = "ID")]
    pub template: Option<String>,

    /// Password of an encrypted document
    #[arg(long, value_name = "PASSWORD", hide_default_value = true, default_value = "")]
    pub password: String,

    #[command(flatten)]
    pub models: ModelFlags,
}

/// Compare outputs with expected ones
#[derive(Debug, Args)]
pub struct GoldenFlags {
    #[command(subcommand)]
    pub command: GoldenCommand,
}

#[derive(Debug, Subcommand)]
pub enum GoldenCommand {
    /// Convert and compare field by field; exit with 4 if anything differs
    Check(GoldenCheckFlags),
    /// Rewrite the expected outputs and list what changed; exit with 4 if anything did
    Update(GoldenUpdateFlags),
}

#[derive(Debug, Args)]
pub struct GoldenCheckFlags {
    #[command(flatten)]
    pub common: GoldenCommonFlags,

    /// Accept a wrong field that a warning or an error doubts, and do not count blanks: for
    /// documents that nobody looked at
    #[arg(long)]
    pub accept_doubted: bool,

    /// Write the result as JUnit XML
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub junit: Option<PathBuf>,

    /// Write the result as one self-contained HTML page
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct GoldenUpdateFlags {
    #[command(flatten)]
    pub common: GoldenCommonFlags,

    /// Rewrite data.json too. It is meant to come from the truth, not from the program: read
    /// every change
    #[arg(long)]
    pub accept_data: bool,
}

#[derive(Debug, Args)]
pub struct GoldenCommonFlags {
    #[command(flatten)]
    pub inputs: InputFlags,

    /// Folder of the expected outputs, one folder a document
    #[arg(long, value_name = "DIR", default_value = "golden", value_hint = ValueHint::DirPath)]
    pub golden: PathBuf,

    #[command(flatten)]
    pub templates: LibraryFlags,

    #[command(flatten)]
    pub models: ModelFlags,
}

/// List, show and check templates
#[derive(Debug, Args)]
pub struct TemplateFlags {
    #[command(subcommand)]
    pub command: TemplateCommand,
}

#[derive(Debug, Subcommand)]
pub enum TemplateCommand {
    /// List the families of forms
    List(LibraryFlags),
    /// Show a template as it is written, to read or to start your own from
    Show {
        /// Identifier as in `template list`
        id: String,
        #[command(flatten)]
        templates: LibraryFlags,
    },
    /// Draft a template from a filled or blank form that none describes yet
    New {
        /// The form: a PDF, a picture or a text export
        #[arg(value_name = "DOCUMENT", value_hint = ValueHint::FilePath)]
        document: PathBuf,

        /// Identifier of the template [default: from the name of the file]
        #[arg(long, value_name = "ID")]
        id: Option<String>,

        /// Where to write the template [default: standard output]
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        out: Option<PathBuf>,

        #[command(flatten)]
        models: ModelFlags,
    },
    /// Check a template of your own; with a document, show line by line what it reads there
    Check {
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,

        /// A document with such a form
        #[arg(value_hint = ValueHint::FilePath)]
        document: Option<PathBuf>,

        #[command(flatten)]
        models: ModelFlags,
    },
}

/// Say how far a conversion has come, and what it came to
#[derive(Debug, Args)]
pub struct StatusFlags {
    /// Folder that `convert --out` writes to
    #[arg(value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
}

/// Write a report of all documents of an output folder, as a page and as JSON
#[derive(Debug, Args)]
pub struct ReportFlags {
    /// Folder that `convert --out` writes to
    #[arg(value_hint = ValueHint::DirPath)]
    pub out: PathBuf,

    /// Where to write the page [default: shenbao-report.html in OUT]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,

    /// Where to write the JSON [default: shenbao-report.json in OUT]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
}

/// Print the configuration in force: the limits of a run, with what each of them means
#[derive(Debug, Args)]
pub struct ConfigFlags {
    /// A file that changes some of the defaults
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
}

/// Print the JSON Schema of the output
#[derive(Debug, Args)]
pub struct SchemaFlags {
    #[command(flatten)]
    pub templates: LibraryFlags,
}

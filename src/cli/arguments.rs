//! What the flags mean: resolved against file system, environment and each other.

use super::exit::{Exit, Failure};
use super::flags::{ConvertFlags, FormatName, InputFlags, LibraryFlags, ModelFlags, TablesName};
use anyhow::anyhow;
use shenbao::pipeline::config::{Config, ConfigError};
use shenbao::pipeline::inputs::{Argument, Discovery, discover};
use shenbao::pipeline::library::{self, Library, LibraryError};
use shenbao::pipeline::output::Formats;
use shenbao::pipeline::recognition::{self, Engine};
use shenbao::pipeline::second_reader::{ChildReader, TIME_LIMIT};
use shenbao::pipeline::{Settings, Tables};
use std::ffi::OsString;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime};

/// A conversion, ready to start.
pub struct Conversion {
    pub found: Discovery,
    pub out: PathBuf,
    pub jobs: NonZeroUsize,
    pub formats: Formats,
    pub settings: Settings,
    pub library: Library,
    /// The user's own templates: name, text.
    pub templates: Vec<(String, String)>,
    pub models: Option<PathBuf>,
    pub config: Config,
    pub strict: bool,
    pub dry_run: bool,
    /// Read inputs and outputs again.
    pub recheck: bool,
    /// Try failed documents again.
    pub retry: bool,
    pub in_process: bool,
    /// Where to write metrics.
    pub metrics: Option<PathBuf>,
    pub log: Log,
}

/// What is reported while a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// For people: a progress bar on a terminal, a summary.
    Human,
    /// One JSON object a line.
    Json,
    /// Failures only.
    Quiet,
}

impl Conversion {
    /// Number of documents, those that cannot be used included.
    pub fn documents(&self) -> usize {
        self.found.inputs.len() + self.found.problems.len()
    }

    /// A conversion of nothing yet.
    pub fn resolve(flags: ConvertFlags) -> Result<Self, Failure> {
        let texts = flags.templates.template_dir.as_deref().map_or(Ok(Vec::new()), library::texts);
        let texts = texts.map_err(unusable_templates)?;
        let library = library::of_texts(&texts).map_err(unusable_templates)?;
        let config = config(flags.config.as_deref())?;
        if let Some(id) = &flags.template {
            known_template(&library, id)?;
        }
        let models = models_folder(&flags.models);
        // Asked for even where there is no folder: an engine that was left out is an error.
        let folder = models.as_deref().unwrap_or(Path::new(""));
        let recognizer = config.recognition.engine.recognizer(folder);
        let recognizer = recognizer.map_err(|e| Failure::usage(e.to_string()))?;
        let engine = config.recognition.engine;
        let can_read = models.is_some() || !engine.needs_models();
        let recognizer = can_read.then_some(recognizer);
        if engine == Engine::Tesseract && !flags.in_process {
            let message = "Tesseract is a program of its own, and workers may not start any";
            return Err(Failure::usage(message).hint("convert with --in-process"));
        }
        if flags.in_process && config.recognition.engine == Engine::Ort && !is_quiet() {
            let (name, value) = recognition::QUIET;
            let message = "ONNX Runtime would report this process to its maker";
            return Err(Failure::usage(message)
                .hint(format!("leave out --in-process, or set {name}={value}")));
        }
        let has = |name| flags.formats.contains(&name);
        let log = match flags.log {
            Some(_) => Log::Json,
            None if flags.quiet => Log::Quiet,
            None => Log::Human,
        };
        Ok(Self {
            jobs: jobs(&flags.inputs),
            found: Discovery::default(),
            out: flags.out,
            formats: Formats {
                json: has(FormatName::Json),
                xlsx: has(FormatName::Xlsx),
                csv: has(FormatName::Csv),
            },
            settings: Settings {
                recognizer,
                password: flags.password,
                template: flags.template,
                tables: match flags.tables {
                    TablesName::Unmatched => Tables::Unmatched,
                    TablesName::All => Tables::All,
                    TablesName::None => Tables::None,
                },
                keep_blocks: has(FormatName::Xlsx),
                verify: flags.verify,
                trusted: config.trusted(),
                limits: config.limits,
                ..settings(&flags.models)
            },
            library,
            templates: texts,
            models,
            config,
            strict: flags.strict,
            dry_run: flags.dry_run,
            recheck: flags.verify_outputs,
            retry: flags.retry_failed,
            in_process: flags.in_process,
            metrics: flags.metrics,
            log,
        })
    }
}

/// Settings with what only the command line can supply: a clock, and this very program as the
/// second reader.
pub fn settings(models: &ModelFlags) -> Settings {
    let program = std::env::current_exe().ok();
    Settings {
        clock: now,
        recognizer: models_folder(models)
            .and_then(|folder| Engine::default().recognizer(&folder).ok()),
        second_reader: program
            .map(|program| Arc::new(ChildReader { program, limit: TIME_LIMIT }) as Arc<_>),
        ..Settings::default()
    }
}

/// Whether what is recognised by default can be.
pub fn has_models(flags: &ModelFlags) -> bool {
    let folder = models_folder(flags);
    folder.is_some_and(|f| Engine::default().files(&f).iter().all(|file| file.is_file()))
}

/// Where the recognition models are: as the flag says, the environment, or the custom of
/// desktops (XDG Base Directory Specification). Without a home there is no such place.
fn models_folder(flags: &ModelFlags) -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    flags.models.clone().or_else(|| named("SHENBAO_MODELS")).or_else(|| {
        let data = named("XDG_DATA_HOME").filter(|p| p.is_absolute());
        let data = data.or_else(|| Some(named("HOME")?.join(".local/share")))?;
        Some(data.join("shenbao/models"))
    })
}

/// Whether this process was started with what keeps ONNX Runtime to itself.
fn is_quiet() -> bool {
    let (name, value) = recognition::QUIET;
    std::env::var_os(name).is_some_and(|set| set == value)
}

/// Time since the epoch by the clock of the machine.
pub fn wall_clock() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// Time since the program first asked.
pub fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

pub fn jobs(flags: &InputFlags) -> NonZeroUsize {
    flags.jobs.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
}

/// What is to be converted, with standard input and lists read.
pub fn arguments(flags: InputFlags) -> Result<Vec<Argument>, Failure> {
    let dash = Path::new("-");
    let reads_stdin = flags.inputs.iter().any(|p| p == dash);
    if reads_stdin && flags.files_from.as_deref() == Some(dash) {
        return Err(Failure::usage("`-` can be the document or the list, not both"));
    }
    let mut arguments: Vec<Argument> =
        flags.inputs.into_iter().filter(|p| p != dash).map(Argument::Path).collect();
    if reads_stdin {
        let bytes = read_stdin()?.into();
        arguments.push(Argument::Bytes { name: "stdin".to_owned(), bytes });
    }
    if let Some(list) = flags.files_from {
        arguments.extend(read_list(&list)?.into_iter().map(Argument::Listed));
    }
    Ok(arguments)
}

/// Finds the documents; a failure with 66 if there is none at all.
pub fn discovered(arguments: Vec<Argument>, out: Option<&Path>) -> Result<Discovery, Failure> {
    let found = discover(arguments, out);
    if found.inputs.is_empty() { Err(no_input(&found)) } else { Ok(found) }
}

fn no_input(found: &Discovery) -> Failure {
    let mut lines: Vec<String> =
        found.problems.iter().map(|(path, e)| format!("{path}: {e}; {}", e.hint())).collect();
    if lines.is_empty() {
        lines.push(format!(
            "no document was found: {} other files and {} links were left alone",
            found.others, found.links
        ));
    }
    let hint = "name .pdf, .txt, .tsv, .png, .jpg or .tif files, or folders that hold some";
    Failure::new(Exit::NoInput, anyhow!(lines.join("\n"))).hint(hint)
}

fn read_stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|e| {
        Failure::new(Exit::NoInput, anyhow!(e).context("cannot read standard input"))
    })?;
    Ok(bytes)
}

fn read_list(list: &Path) -> Result<Vec<PathBuf>, Failure> {
    let bytes = if list == Path::new("-") {
        read_stdin()?
    } else {
        std::fs::read(list).map_err(|e| {
            let context = format!("cannot read the list {}", list.display());
            Failure::new(Exit::NoInput, anyhow!(e).context(context))
        })?
    };
    Ok(split_list(&bytes).into_iter().map(PathBuf::from).collect())
}

/// Names from a list: separated by NUL if there is one (`find -print0`), else one a line.
fn split_list(bytes: &[u8]) -> Vec<OsString> {
    let nul = bytes.contains(&0);
    bytes
        .split(|b| if nul { *b == 0 } else { *b == b'\n' })
        .map(|name| if nul { name } else { name.strip_suffix(b"\r").unwrap_or(name) })
        .filter(|name| !name.is_empty())
        .map(os_string)
        .collect()
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// The embedded templates and the user's own.
pub fn templates(flags: &LibraryFlags) -> Result<Library, Failure> {
    library::load(flags.template_dir.as_deref()).map_err(unusable_templates)
}

fn unusable_templates(e: LibraryError) -> Failure {
    let exit = if e.is_missing() { Exit::NoInput } else { Exit::Usage };
    Failure::new(exit, e).hint("`shenbao template check FILE` explains what is wrong")
}

/// The configuration in a file, or the defaults.
pub fn config(path: Option<&Path>) -> Result<Config, Failure> {
    path.map_or(Ok(Config::default()), Config::read).map_err(|e| {
        let exit = match e {
            ConfigError::Read { .. } => Exit::NoInput,
            ConfigError::Invalid { .. } | ConfigError::OutOfRange { .. } => Exit::Usage,
        };
        Failure::new(exit, e).hint("`shenbao config` prints all there is to configure")
    })
}

/// Makes sure that a template exists.
pub fn known_template(library: &Library, id: &str) -> Result<(), Failure> {
    if library.specs.iter().any(|s| s.id == id) {
        return Ok(());
    }
    let known: Vec<&str> = library.specs.iter().map(|s| s.id.as_str()).collect();
    Err(Failure::usage(format!("there is no template `{id}`"))
        .hint(format!("the templates are: {}", known.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_lines_or_nul_separated_names() {
        assert_eq!(split_list(b"a b.pdf\r\n\n \xe8\xa1\xa8.pdf"), ["a b.pdf", " 表.pdf"]);
        assert_eq!(split_list(b"a\nb.pdf\0c.pdf\0"), ["a\nb.pdf", "c.pdf"]);
        assert!(split_list(b"\n").is_empty());
    }
}

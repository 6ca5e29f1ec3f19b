//! The configuration of a run, `shenbao.toml`: what a document may use.

use super::recognition::Engine;
use super::settings::Settings;
use crate::model::limits::Limits;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// All of `shenbao.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub worker: WorkerLimits,
    pub input: InputLimits,
    pub limits: Limits,
    pub recognition: Recognition,
}

/// What a worker process may use; see `config.toml` beside this file for each of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkerLimits {
    pub memory_mib: u64,
    pub seconds: u64,
    pub seconds_a_scan: u64,
    pub most_seconds: u64,
    pub cpu_seconds: u64,
    pub second_reader_seconds: u64,
    pub output_mib: u64,
    pub documents: u32,
}

/// What is looked at at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InputLimits {
    pub mib: u64,
}

/// How scans are read, and what of them is believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recognition {
    pub engine: Engine,
    pub trusted_percent: u8,
}

impl Default for Recognition {
    fn default() -> Self {
        let trusted_percent = (Settings::default().trusted * 100.0).round() as u8;
        Self { engine: Engine::default(), trusted_percent }
    }
}

impl Default for WorkerLimits {
    fn default() -> Self {
        Self {
            memory_mib: 4096,
            seconds: 300,
            seconds_a_scan: 60,
            most_seconds: 7200,
            cpu_seconds: 7200,
            second_reader_seconds: 30,
            output_mib: 512,
            documents: 2000,
        }
    }
}

impl Default for InputLimits {
    fn default() -> Self {
        Self { mib: 1024 }
    }
}

/// The defaults as text, with what each of them means.
const TEXT: &str = include_str!("config.toml");

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {}: {cause}", path.display())]
    Read { path: PathBuf, cause: std::io::Error },
    #[error("{} is not a configuration: {cause}", path.display())]
    Invalid { path: PathBuf, cause: Box<toml::de::Error> },
    #[error("{}:{line}: `{key}` = {value}, it must be {least} to {most}", path.display())]
    OutOfRange { path: PathBuf, line: usize, key: String, value: i64, least: i64, most: i64 },
}

impl Config {
    /// Reads a configuration; what the file does not name keeps its default.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| ConfigError::Read { path: path.to_owned(), cause })?;
        let config: Self = toml::from_str(&text).map_err(|cause| ConfigError::Invalid {
            path: path.to_owned(),
            cause: Box::new(cause),
        })?;
        for (key, value) in config.values() {
            let Some(value) = value.as_integer() else { continue };
            let (least, most) = range(&key);
            if !(least..=most).contains(&value) {
                let (path, line) = (path.to_owned(), line_of(&text, &key));
                return Err(ConfigError::OutOfRange { path, line, key, value, least, most });
            }
        }
        Ok(config)
    }

    /// Least confidence, 0 to 1, of a recognised value that is not doubted; see
    /// [`Settings::trusted`].
    #[must_use]
    pub fn trusted(&self) -> f32 {
        f32::from(self.recognition.trusted_percent) / 100.0
    }

    /// The configuration as a file that says what each value means.
    #[must_use]
    pub fn text(&self) -> String {
        let values = self.values();
        let mut section = String::new();
        let mut out = String::new();
        for line in TEXT.lines() {
            if let Some(name) = line.strip_prefix('[') {
                name.trim_end_matches(']').clone_into(&mut section);
            }
            let named = line.split_once(" = ").map(|(key, _)| (key, format!("{section}.{key}")));
            match named.and_then(|(key, path)| {
                Some((key, &values.iter().find(|(name, _)| *name == path)?.1))
            }) {
                Some((key, value)) => out += &format!("{key} = {value}\n"),
                None => out += &format!("{line}\n"),
            }
        }
        out
    }

    /// Every value with its dotted key.
    fn values(&self) -> Vec<(String, toml::Value)> {
        let sections = toml::Table::try_from(self).unwrap_or_default();
        let mut values = Vec::new();
        for (section, table) in &sections {
            for (key, value) in table.as_table().into_iter().flatten() {
                values.push((format!("{section}.{key}"), value.clone()));
            }
        }
        values
    }
}

/// The least and the most that a value can sensibly be. Above these sizes in bytes overflow, or
/// the value says that there is no limit, which is not to be had.
fn range(key: &str) -> (i64, i64) {
    const WEEK: i64 = 7 * 24 * 3600;
    match key {
        // Below that the program itself does not start.
        "worker.memory_mib" => (256, 1 << 20),
        "worker.output_mib" | "input.mib" | "limits.inflated_mib" => (1, 1 << 16),
        "worker.documents" => (1, 1_000_000),
        key if key.starts_with("worker.") => (1, WEEK),
        // The interpreter follows no deeper.
        "limits.nesting" => (1, 50),
        "limits.megapixels" => (1, 4_000),
        key if key.starts_with("limits.") => (1, 100_000_000),
        "recognition.trusted_percent" => (1, 100),
        _ => (1, i64::MAX),
    }
}

/// The line, from 1, on which a text sets a dotted key; its first where that cannot be seen.
fn line_of(text: &str, key: &str) -> usize {
    let (section, name) = key.split_once('.').unwrap_or(("", key));
    let mut here = "";
    for (i, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            here = header.split(']').next().unwrap_or_default().trim();
        }
        let set = line.split_once('=').map_or("", |(set, _)| set.trim());
        if set == key || (here == section && set == name) {
            return i + 1;
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_the_defaults() {
        assert_eq!(toml::from_str::<Config>(TEXT).unwrap(), Config::default());
        assert_eq!(Config::default().text(), TEXT);
        let keys = TEXT.lines().filter(|l| l.contains(" = ")).count();
        assert_eq!(keys, Config::default().values().len(), "every value is explained");
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("shenbao.toml");
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            Config::read(&path)
        };
        let config = read("[worker]\nseconds = 7\n").unwrap();
        assert_eq!(config.worker, WorkerLimits { seconds: 7, ..WorkerLimits::default() });
        assert!(config.text().contains("\nseconds = 7\n"));
        assert_eq!(toml::from_str::<Config>(&config.text()).unwrap(), config);
        assert!(read("[worker]\nsecond = 7\n").unwrap_err().to_string().contains("second"));
        assert!(read("[worker]\nseconds = -1\n").is_err());
        let config = read("[recognition]\nengine = \"ort\"\n").unwrap();
        assert_eq!(toml::from_str::<Config>(&config.text()).unwrap(), config);
        assert!(read("[recognition]\nengine = \"x\"\n").unwrap_err().to_string().contains("rten"));
        assert_eq!(read("[limits]\npages = 7\n").unwrap().limits.pages, 7);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("shenbao.toml");
        let refused = |text: &str| {
            std::fs::write(&path, text).unwrap();
            let message = Config::read(&path).unwrap_err().to_string();
            message.split_once("shenbao.toml").unwrap().1.to_owned()
        };
        assert_eq!(
            refused("[worker]\n\nseconds = 0\n"),
            ":3: `worker.seconds` = 0, it must be 1 to 604800"
        );
        assert_eq!(
            refused("limits.nesting = 51\n"),
            ":1: `limits.nesting` = 51, it must be 1 to 50"
        );
        assert!(refused("[limits]\npages = 1\n[input]\nmib = 99999999\n").starts_with(":4: "));
        assert!(refused("[worker]\nmemory_mib = 1\n").contains("256 to"));
        assert!(refused("[recognition]\ntrusted_percent = 101\n").contains("1 to 100"));
        for (key, value) in Config::default().values() {
            let Some(value) = value.as_integer() else { continue };
            let (least, most) = range(&key);
            assert!(least <= value && value <= most && most < i64::MAX, "{key}");
        }
    }

    #[test]
    fn every_limit_that_is_told_is_a_key() {
        let keys: Vec<String> = Config::default().values().into_iter().map(|(k, _)| k).collect();
        let named = |key| keys.contains(&format!("limits.{key}"));
        let told = ["pages", "objects", "inflated_mib", "nesting", "megapixels", "glyphs", "rules"];
        assert!(told.into_iter().chain(["slots", "cells", "forms"]).all(named));
    }
}

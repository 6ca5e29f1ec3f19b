//! What outputs depend on beside the document, as one hash: a document is converted again when it
//! changes.

use super::config::Config;
use super::names::hex;
use super::settings::Settings;
use super::stamp;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::Path;

/// Hash of the program's version, the settings, the limits, the templates (name, text) and the
/// files of recognition, in hexadecimal. Those files are told by blocks of theirs: to hash them
/// whole would be half of the start of a run that may never need them.
#[must_use]
pub fn of(
    version: &str,
    settings: &Settings,
    config: &Config,
    templates: &[(String, String)],
    models: Option<&Path>,
) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    add(version);
    add(&config.text());
    // The password decides what can be read. Here it is hashed together with all the rest.
    add(&settings.password);
    add(settings.template.as_deref().unwrap_or_default());
    add(&format!("{:?} {}", settings.tables, settings.verify));
    for (_, text) in templates {
        add(text);
    }
    for file in models.map(|folder| config.recognition.engine.files(folder)).unwrap_or_default() {
        let file = File::open(file).ok();
        add(&file.and_then(|file| stamp::of_content(&file).ok()).unwrap_or_default());
    }
    hex(&hash.finalize())
}

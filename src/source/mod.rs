//! Bytes → pages of glyphs, rules and images.

pub mod image;
pub mod pdf;
pub mod scan;
pub mod text;

/// Why an input could not be opened at all. Trouble with single pages is a finding.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum SourceError {
    #[error("the file is empty")]
    Empty,
    #[error("this is not a PDF: it begins with {found}")]
    NotAPdf { found: String },
    #[error("the PDF is damaged and has no readable page: {reason}")]
    Damaged { reason: String },
    #[error("the PDF is encrypted and needs a password")]
    PasswordNeeded,
    #[error("the PDF's encryption is not supported: {reason}")]
    UnsupportedEncryption { reason: String },
    #[error("limit reached: {limit}")]
    Limit { limit: String },
    #[error("the text is not UTF-8 (first bad byte at offset {offset})")]
    NotUtf8 { offset: usize },
}

impl SourceError {
    /// Stable reason code: `source.password-needed`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "source.empty",
            Self::NotAPdf { .. } => "source.not-a-pdf",
            Self::Damaged { .. } => "source.damaged",
            Self::PasswordNeeded => "source.password-needed",
            Self::UnsupportedEncryption { .. } => "source.unsupported-encryption",
            Self::Limit { .. } => "source.limit",
            Self::NotUtf8 { .. } => "source.not-utf8",
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "check how the file was stored or copied",
            Self::NotAPdf { .. } => {
                "give a PDF, a picture (PNG, JPEG, TIFF) or a tab-separated text export (.txt, .tsv)"
            }
            Self::Damaged { .. } => {
                "fetch the file again from its publisher, or repair it with `qpdf`"
            }
            Self::PasswordNeeded => "give the password with --password",
            Self::UnsupportedEncryption { .. } => {
                "save the file without encryption and convert that"
            }
            Self::Limit { .. } => "split the file, or raise the limit if you trust its origin",
            Self::NotUtf8 { .. } => {
                "convert the text to UTF-8 first, for instance with `iconv -f GB18030 -t UTF-8`"
            }
        }
    }
}

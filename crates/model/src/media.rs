//! Kinds of uploaded files and what each accepts (`credentials.media_upload`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind that an upload says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MediaType {
    /// A picture: jpg, gif, png or bmp, up to 20 MB.
    Image,
    /// A sound: amr, mp3 or wav, up to 2 MB.
    Voice,
    /// A film: mp4, up to 20 MB.
    Video,
    /// A document: doc, docx, xls, xlsx, ppt, pptx, zip, pdf or rar, up to 20 MB.
    File,
}

impl MediaType {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Image, Self::Voice, Self::Video, Self::File];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::File => "file",
        }
    }

    /// Parses the name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The largest file, in bytes. The page counts in MB; a MB is 1024 × 1024 bytes here.
    pub fn max_bytes(self) -> usize {
        match self {
            Self::Voice => 2 << 20,
            Self::Image | Self::Video | Self::File => 20 << 20,
        }
    }

    /// File name endings of the accepted formats.
    pub fn formats(self) -> &'static [&'static str] {
        match self {
            Self::Image => &["jpg", "gif", "png", "bmp"],
            Self::Voice => &["amr", "mp3", "wav"],
            Self::Video => &["mp4"],
            Self::File => &["doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"],
        }
    }
}

//! A file of any content has a format that its kind accepts, or is refused.
#![no_main]

use carillon_domain::media;
use carillon_model::media::MediaType;
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 5] = ["a.doc", "a.xls", "a.ppt", "a", ".."];

fuzz_target!(|data: &[u8]| {
    let [kind, name, content @ ..] = data else { return };
    let kinds = [MediaType::Image, MediaType::Voice, MediaType::Video, MediaType::File];
    let kind = kinds[usize::from(*kind) % kinds.len()];
    if let Ok(format) = media::inspect(kind, NAMES[usize::from(*name) % NAMES.len()], content) {
        assert!(kind.formats().contains(&format.extension));
        assert!(!content.is_empty() && content.len() <= kind.max_bytes());
    }
});

//! What differs between a form and what somebody else stored meanwhile.

use crate::{console::text::conflict::ConflictTexts, text::Lang};

/// A form that was refused because somebody else changed the settings since it was opened.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The language of the texts.
    pub lang: Lang,
    /// What became of the form, and what can be done.
    pub hint: &'static str,
    /// The settings that differ: name, stored value, submitted value.
    pub rows: Vec<(&'static str, String, String)>,
    /// The path of the page with the stored settings.
    pub path: &'static str,
}

impl Conflict {
    pub(super) fn t(&self) -> &'static ConflictTexts {
        ConflictTexts::of(self.lang)
    }

    /// Compares what is stored with what was submitted. `fields` has name, stored value and submitted value of each setting.
    pub fn of(
        lang: Lang,
        path: &'static str,
        fields: impl IntoIterator<Item = (&'static str, String, String)>,
    ) -> Self {
        let rows: Vec<_> = fields.into_iter().filter(|(_, stored, typed)| stored != typed).collect();
        let t = ConflictTexts::of(lang);
        let hint = if rows.is_empty() { t.same } else { t.hint };
        Self { lang, hint, rows, path }
    }
}

//! The page of the server's state.

use askama::Template;

use super::{Console, ConsoleFrame};
use crate::{
    console::text::system::SystemTexts,
    page::{Frame, Html},
    time::Moment,
    view::Zone,
};

/// The state of the server.
#[derive(Clone, Debug)]
pub struct SystemPage {
    /// The frame.
    pub console: Console,
    /// The name and the version of the program.
    pub version: String,
    /// The newest step of the schema.
    pub schema: String,
    /// The operating system and the kind of processor.
    pub machine: String,
    /// When the server was started.
    pub started: Moment,
    /// The parts, and whether they work.
    pub parts: Vec<(&'static str, bool)>,
    /// The listeners: name, address, whether they speak TLS.
    pub listeners: Vec<(&'static str, String, bool)>,
    /// The jobs.
    pub jobs: Vec<JobLine>,
    /// The limits.
    pub limits: Vec<LimitLine>,
    /// Keys of the configuration.
    pub settings: Vec<SettingLine>,
    /// Whether those with default values are among them.
    pub shows_all: bool,
    /// Facts of the disk.
    pub disk: Vec<(&'static str, String)>,
    /// Whether little of it is free.
    pub is_short_of_space: bool,
    /// Bytes of the organisation's files, with the limit.
    pub stored: String,
    /// The last backup.
    pub backup: Option<BackupView>,
    /// What is held back.
    pub held: Option<HeldView>,
    /// The text to paste.
    pub report: String,
    /// Whether that was just let go.
    pub is_released: bool,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A job.
#[derive(Clone, Debug)]
pub struct JobLine {
    /// Its name.
    pub name: String,
    /// When it last succeeded.
    pub succeeded: Option<Moment>,
    /// When it last failed, if it has not succeeded since.
    pub failed: Option<Moment>,
    /// Failures since then.
    pub failures: u32,
}

/// A limit.
#[derive(Clone, Debug)]
pub struct LimitLine {
    /// Its name.
    pub name: &'static str,
    /// The value in force; `None` for none.
    pub in_force: Option<String>,
    /// The configured value, if another one is in force.
    pub configured: Option<String>,
    /// How much is used.
    pub used: Option<String>,
}

/// A key of the configuration.
#[derive(Clone, Debug)]
pub struct SettingLine {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
    /// Where it comes from.
    pub from: String,
    /// Whether it is not the default.
    pub is_set: bool,
}

/// The last backup.
#[derive(Clone, Debug)]
pub struct BackupView {
    /// When it was made.
    pub taken: Moment,
    /// Size, files, encryption.
    pub facts: String,
    /// Whether it is time for another one.
    pub is_old: bool,
}

/// What is held back.
#[derive(Clone, Debug)]
pub struct HeldView {
    /// When the organisation was restored.
    pub restored: Moment,
    /// Scheduled sends.
    pub scheduled_sends: i64,
    /// Events.
    pub events: i64,
}

#[derive(Template)]
#[template(path = "console/system.html")]
struct SystemTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    s: &'static SystemTexts,
    view: &'a SystemPage,
}

/// The state of the server.
pub fn system(view: &SystemPage) -> Html {
    let frame = Frame::new(&view.console.page);
    let s = SystemTexts::of(view.console.page.lang);
    SystemTemplate { frame, c: ConsoleFrame::new(&view.console), s, view }.render()
}

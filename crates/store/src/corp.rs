//! Organisations.

use std::sync::Arc;

use carillon_model::{
    color::Color,
    error::{Error, Result},
    id::{CorpId, MediaId},
    time::Timestamp,
};

use crate::{
    due::DueWork,
    state::{CorpState, State},
    state_change::RegistryChange,
    tx::Tx,
};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corp {
    /// `corpId`.
    pub id: CorpId,
    /// Name.
    pub name: String,
    /// The name in its addresses (`/o/NAME/`), unique among all present and former short names.
    pub short_name: String,
    /// Its former short names, the newest first, which still work in addresses.
    pub former_short_names: Vec<String>,
    /// Its host names, the main one first.
    pub hosts: Vec<String>,
    /// The chosen colour of links and buttons on its pages.
    pub accent_color: Option<Color>,
    /// Its logo.
    pub logo: Option<Logo>,
    /// The name of the time zone in which its days begin and end.
    pub time_zone: String,
    /// A demonstration, whose sign-in page offers a choice of members.
    pub demo: bool,
    /// When it was created.
    pub created_at: Timestamp,
}

/// The logo of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// The uploaded picture.
    pub media: MediaId,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Corp {
    /// An organisation without short name, hosts, colour and logo, in the time zone of China.
    pub fn new(id: CorpId, name: impl Into<String>, created_at: Timestamp) -> Self {
        Self {
            id,
            name: name.into(),
            short_name: String::new(),
            former_short_names: Vec::new(),
            hosts: Vec::new(),
            accent_color: None,
            logo: None,
            time_zone: "Asia/Shanghai".to_owned(),
            demo: false,
            created_at,
        }
    }

    /// All its short names, the present one first.
    pub(crate) fn short_names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.short_name).filter(|name| !name.is_empty()).chain(&self.former_short_names)
    }
}

impl Tx<'_> {
    /// Adds an organisation. Only a unit of the registry may do that, and it may then fill the organisation.
    pub fn insert_corp(&mut self, corp: &Corp) -> Result<()> {
        self.adopt(&corp.id)?;
        self.execute(
            "INSERT INTO corp (corp_id, name, time_zone, demo, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[
                (&corp.id).into(),
                (&corp.name).into(),
                (&corp.time_zone).into(),
                corp.demo.into(),
                corp.created_at.into(),
            ],
        )?;
        self.write_properties(corp)?;
        self.becomes_due(&corp.id, DueWork::Everything, corp.created_at);
        self.apply_to_registry(RegistryChange::CorpAdded(corp.clone()))
    }

    /// Replaces the properties of an organisation. All its work is scheduled again from `at` on.
    pub fn update_corp(&mut self, corp: &Corp, at: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE corp SET name = ?2, time_zone = ?3 WHERE corp_id = ?1",
            &[(&corp.id).into(), (&corp.name).into(), (&corp.time_zone).into()],
        )?;
        self.write_properties(corp)?;
        self.becomes_due(&corp.id, DueWork::Everything, at);
        self.apply_to_registry(RegistryChange::CorpSet(corp.clone()))
    }

    fn write_properties(&mut self, corp: &Corp) -> Result<()> {
        let accent_color = corp.accent_color.map(|color| color.to_string()).unwrap_or_default();
        let logo = corp.logo.as_ref();
        self.execute(
            "UPDATE corp SET accent_color = ?2, logo_media_id = ?3, logo_width = ?4, logo_height = ?5
             WHERE corp_id = ?1",
            &[
                (&corp.id).into(),
                accent_color.as_str().into(),
                logo.map_or("", |logo| logo.media.as_str()).into(),
                logo.map_or(0, |logo| i64::from(logo.width)).into(),
                logo.map_or(0, |logo| i64::from(logo.height)).into(),
            ],
        )?;
        self.execute("DELETE FROM corp_short_name WHERE corp_id = ?1", &[(&corp.id).into()])?;
        for (position, name) in (0_i64..).zip(corp.short_names()) {
            self.execute(
                "INSERT INTO corp_short_name (corp_id, position, short_name) VALUES (?1, ?2, ?3)",
                &[(&corp.id).into(), position.into(), name.into()],
            )?;
        }
        self.execute("DELETE FROM corp_host WHERE corp_id = ?1", &[(&corp.id).into()])?;
        for (position, host) in (0_i64..).zip(&corp.hosts) {
            self.execute(
                "INSERT INTO corp_host (corp_id, position, host) VALUES (?1, ?2, ?3)",
                &[(&corp.id).into(), position.into(), host.into()],
            )?;
        }
        Ok(())
    }

    /// Loads the whole snapshot.
    pub(crate) fn load_state(&mut self) -> Result<State> {
        let mut state = State { registry_version: self.version_of_rows(None)?, ..State::default() };
        let corps = self.all("SELECT corp_id FROM corp", &[], |row| row.get::<CorpId>(0))?;
        for corp in corps {
            let corp = self.load_corp(&corp)?;
            state.index_addresses(&corp.corp);
            state.corps.insert(corp.corp.id.clone(), Arc::new(corp));
        }
        self.load_apps(&mut state)?;
        Ok(state)
    }

    /// Loads one organisation.
    pub(crate) fn load_corp(&mut self, corp: &CorpId) -> Result<CorpState> {
        let found = self.load_properties(corp)?;
        let mut state =
            CorpState::new(found.ok_or_else(|| Error::internal("the organisation does not exist"))?);
        state.version = self.version_of_rows(Some(corp))?;
        self.load_accounts(&mut state)?;
        self.load_account_audiences(&mut state)?;
        self.load_departments(&mut state)?;
        self.load_members(&mut state)?;
        self.load_roles(&mut state)?;
        self.load_active_days(&mut state)?;
        self.load_group_counts(&mut state)?;
        self.load_broadcasts(&mut state)?;
        self.load_subscriptions(&mut state)?;
        self.load_auto_replies(&mut state)?;
        self.load_restoration(&mut state)?;
        Ok(state)
    }

    fn load_properties(&mut self, corp: &CorpId) -> Result<Option<Corp>> {
        let mut short_names = self.all(
            "SELECT short_name FROM corp_short_name WHERE corp_id = ?1 ORDER BY position",
            &[corp.into()],
            |row| row.get::<String>(0),
        )?;
        let former_short_names = short_names.split_off(short_names.len().min(1));
        let hosts = self.all(
            "SELECT host FROM corp_host WHERE corp_id = ?1 ORDER BY position",
            &[corp.into()],
            |row| row.get::<String>(0),
        )?;
        let found = self.one(
            "SELECT name, time_zone, demo, created_at, accent_color, logo_media_id, logo_width, logo_height
             FROM corp WHERE corp_id = ?1",
            &[corp.into()],
            |row| {
                let accent_color = Some(row.get::<String>(4)?).filter(|color| !color.is_empty());
                let broken = |_| Error::internal("a column does not hold a colour");
                let logo = Logo { media: row.get(5)?, width: row.get(6)?, height: row.get(7)? };
                Ok(Corp {
                    time_zone: row.get(1)?,
                    demo: row.get(2)?,
                    accent_color: accent_color.map(|color| color.parse().map_err(broken)).transpose()?,
                    logo: Some(logo).filter(|logo| !logo.media.as_str().is_empty()),
                    ..Corp::new(corp.clone(), row.get::<String>(0)?, row.get(3)?)
                })
            },
        )?;
        Ok(found.map(|found| Corp {
            short_name: short_names.pop().unwrap_or_default(),
            former_short_names,
            hosts,
            ..found
        }))
    }
}

//! Stored statistics of years.

use carillon_model::{
    error::Result,
    id::{CorpId, MemberNo},
    statistic::{DepartmentYears, MemberYears, OrganisationYear, RolledYear},
    stored_form::StoredForm,
};

use crate::{
    blob::{decode, encode},
    tx::Tx,
};

/// The number of members in one row.
const CHUNK: u32 = 1_024;
const ORGANISATION: i64 = 1;
const DEPARTMENTS: i64 = 2;
/// The number of the part with the first members.
const MEMBERS: i64 = 1_000;

impl Tx<'_> {
    /// The version of the cumulative totals at the end of a year from which its stored statistics were computed.
    pub fn final_year(&mut self, corp: &CorpId, year: i32) -> Result<Option<i64>> {
        self.one(
            "SELECT version FROM stat_year WHERE corp_id = ?1 AND year = ?2",
            &[corp.into(), i64::from(year).into()],
            |row| row.get(0),
        )
    }

    /// Stores the statistics of a year in place of the former ones.
    pub fn finalize_year(
        &mut self,
        corp: &CorpId,
        year: i32,
        version: i64,
        rolled: &RolledYear,
    ) -> Result<()> {
        self.execute(
            "DELETE FROM stat_year_part WHERE corp_id = ?1 AND year = ?2",
            &[corp.into(), i64::from(year).into()],
        )?;
        self.execute(
            "INSERT INTO stat_year (corp_id, year, version) VALUES (?1, ?2, ?3)
             ON CONFLICT (corp_id, year) DO UPDATE SET version = ?3",
            &[corp.into(), i64::from(year).into(), version.into()],
        )?;
        self.put_year_part(corp, year, ORGANISATION, &rolled.organisation)?;
        self.put_year_part(corp, year, DEPARTMENTS, &rolled.departments)?;
        for members in rolled.members.0.chunk_by(|(a, _), (b, _)| part_of(*a) == part_of(*b)) {
            if let Some((first, _)) = members.first() {
                self.put_year_part(corp, year, part_of(*first), &MemberYears(members.to_vec()))?;
            }
        }
        Ok(())
    }

    /// The stored year of the organisation.
    pub fn organisation_year(&mut self, corp: &CorpId, year: i32) -> Result<Option<OrganisationYear>> {
        self.year_part(corp, year, ORGANISATION)
    }

    /// The stored years of departments.
    pub fn department_years(&mut self, corp: &CorpId, year: i32) -> Result<Option<DepartmentYears>> {
        self.year_part(corp, year, DEPARTMENTS)
    }

    /// The stored years of some members, including `member` if it has any totals.
    pub fn member_years(
        &mut self,
        corp: &CorpId,
        year: i32,
        member: MemberNo,
    ) -> Result<Option<MemberYears>> {
        self.year_part(corp, year, part_of(member))
    }

    fn put_year_part(
        &mut self,
        corp: &CorpId,
        year: i32,
        part: i64,
        content: &impl StoredForm,
    ) -> Result<()> {
        let content = encode(content)?;
        self.execute(
            "INSERT INTO stat_year_part (corp_id, year, part, content, form_version) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[
                corp.into(),
                i64::from(year).into(),
                part.into(),
                (&content.bytes).into(),
                content.version.into(),
            ],
        )?;
        Ok(())
    }

    fn year_part<T: StoredForm>(&mut self, corp: &CorpId, year: i32, part: i64) -> Result<Option<T>> {
        self.one(
            "SELECT form_version, content FROM stat_year_part WHERE corp_id = ?1 AND year = ?2 AND part = ?3",
            &[corp.into(), i64::from(year).into(), part.into()],
            |row| decode("stat_year_part", row.get(0)?, &row.get::<Vec<u8>>(1)?),
        )
    }
}

fn part_of(member: MemberNo) -> i64 {
    MEMBERS + i64::from(member.0 / CHUNK)
}

//! Years whose statistics are kept.

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

/// Members whose years are kept in one row.
const CHUNK: u32 = 1_024;
const ORGANISATION: i64 = 1;
const DEPARTMENTS: i64 = 2;
/// The part of the first members.
const MEMBERS: i64 = 1_000;

impl Tx<'_> {
    /// The version of what was to date at the end of a year when its kept numbers were made.
    pub fn final_year(&mut self, corp: &CorpId, year: i32) -> Result<Option<i64>> {
        self.one(
            "SELECT version FROM stat_year WHERE corp_id = ?1 AND year = ?2",
            &[corp.into(), i64::from(year).into()],
            |row| row.get(0),
        )
    }

    /// Keeps a year's numbers in place of those that are kept.
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

    /// The kept year of the organisation.
    pub fn organisation_year(&mut self, corp: &CorpId, year: i32) -> Result<Option<OrganisationYear>> {
        self.year_part(corp, year, ORGANISATION)
    }

    /// The kept years of departments.
    pub fn department_years(&mut self, corp: &CorpId, year: i32) -> Result<Option<DepartmentYears>> {
        self.year_part(corp, year, DEPARTMENTS)
    }

    /// The kept years of some members, among them the one asked for, if anything is known of that one.
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

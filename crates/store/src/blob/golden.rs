//! Compares every stored form with its golden files. A file has two lines for each value: its encoded form, and the decoded value.
//! Neither may change. `docs/ARCHITECTURE.md` explains how to change a form.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{collections::BTreeSet, fmt::Debug, fs, path::PathBuf};

use carillon_model::{
    audience::Audience,
    chat::{AutoReplies, ChatContent},
    error::Result,
    event::EventData,
    fact::{Fact, Kind},
    message::{Message, Receivers},
    statistic::{
        Apps, Articles, Basis, Column, Cumulative, DepartmentYears, Departments, Employments, Groups,
        Headcounts, Lives, MemberYears, Memberships, OrganisationYear, PhoneMeetings, SignIns, Summary, Tree,
        Versions, VideoMeetings, VideoParticipants, Viewers,
    },
    stored_form::StoredForm,
};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{decode, decode_fact, encode, encode_fact, sample::samples};

/// The compared files, and the differences.
#[derive(Default)]
struct Comparison {
    files: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Comparison {
    fn form<T: StoredForm + PartialEq + Debug>(&mut self) {
        let values = samples(|sampler| T::deserialize(sampler));
        let encode = |value: &T| encode(value).unwrap().bytes;
        self.binary(T::NAME, T::VERSION, &values, encode, |version, bytes| {
            decode::<T>("table", version, bytes)
        });
    }

    /// Compares the newest version with its golden file, and reads those of all versions.
    fn binary<T: PartialEq + Debug>(
        &mut self,
        name: &str,
        newest: i64,
        values: &[T],
        encode: impl Fn(&T) -> Vec<u8>,
        decode: impl Fn(i64, &[u8]) -> Result<T>,
    ) {
        let forms: Vec<String> = values.iter().map(|value| HEXLOWER.encode(&encode(value))).collect();
        let file = format!("{name}.{newest}.txt");
        if self.golden(&file, &forms, values).into_iter().map(|(form, _)| form).ne(forms) {
            let next = newest + 1;
            self.wrong.push(format!(
                "{name} has another form than rows of version {newest}. Leave {file} as it is; make {next} its version, read \
                 version {newest} too, and run this test again: it writes {name}.{next}.txt"
            ));
            return;
        }
        for (index, value) in values.iter().enumerate() {
            let read = decode(newest, &encode(value));
            if !read.as_ref().is_ok_and(|read| read == value) {
                self.wrong.push(format!("{file}, value {index} reads as {read:?}"));
            }
        }
        for version in 0..=newest {
            self.read(&format!("{name}.{version}.txt"), |form| {
                decode(version, &HEXLOWER.decode(form.as_bytes()).unwrap())
            });
        }
    }

    /// Compares a form in JSON. Rows have no version, so all forms that were ever written must be readable.
    fn json<T: Serialize + DeserializeOwned + PartialEq + Debug>(&mut self, name: &str) {
        let values = samples(|sampler| T::deserialize(sampler));
        let forms: Vec<String> = values.iter().map(|value| serde_json::to_string(value).unwrap()).collect();
        let file = |number: usize| format!("{name}.{number}.txt");
        let newest = (1..).find(|number| !folder().join(file(*number)).exists()).unwrap() - 1;
        let known = self.golden(&file(newest), &forms, &values);
        if known.into_iter().map(|(form, _)| form).ne(forms.iter().cloned()) {
            self.wrong.push(format!("{name} has another form than {}, which stays as it is", file(newest)));
            self.golden(&file(newest + 1), &forms, &values);
        }
        for number in 0..=newest {
            self.read(&file(number), |form| serde_json::from_str::<T>(form));
        }
    }

    /// Reads the forms of a golden file.
    fn read<T: Debug, E: Debug>(&mut self, file: &str, read: impl Fn(&str) -> std::result::Result<T, E>) {
        for (form, expected) in self.golden::<T>(file, &[], &[]) {
            match read(&form) {
                Ok(value) if format!("{value:?}") == expected => {}
                Ok(value) => self.wrong.push(format!(
                    "{file}: {form} reads as {value:?}. If fields or variants changed places, that is another form, which needs \
                     another version. If names changed, or a newer version reads this one so, replace the line below it"
                )),
                Err(error) => self.wrong.push(format!("{file}: {form} cannot be read: {error:?}")),
            }
        }
    }

    /// Returns the forms of a golden file with their decoded values. A missing file is written.
    fn golden<T: Debug>(&mut self, file: &str, forms: &[String], values: &[T]) -> Vec<(String, String)> {
        self.files.insert(file.to_owned());
        let path = folder().join(file);
        if !path.exists() {
            let lines = forms.iter().zip(values).map(|(form, value)| format!("{form}\n{value:?}\n"));
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, lines.collect::<String>()).unwrap();
            self.wrong.push(format!(
                "{file} was not there and was written: commit it, or delete it if the form must not change"
            ));
        }
        let text = fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        lines.chunks_exact(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/blob/golden")
}

#[test]
fn every_form_is_the_one_of_its_golden_file() {
    let mut all = Comparison::default();
    for kind in Kind::ALL {
        let values = samples(|sampler| kind.read(sampler));
        let encode = |value: &Fact| encode_fact(value).unwrap().bytes;
        let name = format!("fact_{}", kind.as_str());
        all.binary(&name, Fact::VERSION, &values, encode, |version, bytes| {
            decode_fact(*kind, version, bytes)
        });
    }
    // stat_part.
    all.form::<Summary>();
    all.form::<Departments>();
    all.form::<Cumulative>();
    all.form::<Lives>();
    all.form::<Viewers>();
    all.form::<VideoMeetings>();
    all.form::<VideoParticipants>();
    all.form::<PhoneMeetings>();
    all.form::<Apps>();
    all.form::<Versions>();
    all.form::<Groups>();
    all.form::<Articles>();
    all.form::<Employments>();
    all.form::<Basis>();
    all.form::<Headcounts>();
    all.form::<SignIns>();
    all.form::<Column>();
    // stat_content.
    all.form::<Tree>();
    all.form::<Memberships>();
    // stat_year_part.
    all.form::<OrganisationYear>();
    all.form::<DepartmentYears>();
    all.form::<MemberYears>();
    // Bitmaps of members, in many tables. Their form begins with its own version number, and has no version beside it.
    let audiences = samples(|sampler| Audience::deserialize(sampler));
    all.binary(
        "audience",
        0,
        &audiences,
        |value| value.to_bytes().unwrap(),
        |_, bytes| Audience::from_bytes(bytes),
    );
    // Texts in JSON.
    all.json::<Message>("message");
    all.json::<Receivers>("receivers");
    all.json::<ChatContent>("talk_content");
    all.json::<AutoReplies>("auto_replies");
    all.json::<EventData>("event_data");

    let existing =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let unused: Vec<String> = existing.filter(|file| !all.files.contains(file)).collect();
    assert!(all.wrong.is_empty(), "\n{}\n", all.wrong.join("\n"));
    assert!(unused.is_empty(), "rows may still have the forms of {unused:?}, which must be readable");
}

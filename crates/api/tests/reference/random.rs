//! Random facts of every kind, with few different values so that they collide, and random changes of the
//! organisation.

use std::collections::BTreeSet;

use carillon_model::fact::Kind;
use serde_json::{Map, Value, json};

use crate::reference::fixture::{Fixture, MINUTE_MS, ROOT};

/// A generator of pseudo-random numbers (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }

    pub fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    fn one_of<T: Copy>(&mut self, items: impl IntoIterator<Item = T>) -> T {
        let items: Vec<T> = items.into_iter().collect();
        self.pick(&items)
    }

    /// One or two departments.
    pub fn memberships(&mut self, fixture: &Fixture) -> BTreeSet<i64> {
        (0..=self.below(2)).map(|_| self.one_of(fixture.org.departments.keys().copied())).collect()
    }

    pub fn member(&mut self, fixture: &Fixture) -> usize {
        self.one_of(fixture.org.members.keys().copied())
    }
}

/// A fact of a kind at a random moment of one of the days, by a present or former member or, where possible, by
/// nobody. It counts for the holder of the userid at that moment.
pub fn fact(dice: &mut Dice, fixture: &Fixture, kind: Kind, days: &[String]) -> Value {
    let (schema, day) = (kind.schema(), dice.pick(days));
    let properties = schema.as_value()["properties"].as_object().unwrap();
    let mut fact: Map<String, Value> = Map::new();
    for (name, schema) in properties {
        let value = field(dice, fixture, name, schema);
        fact.extend((!value.is_null()).then(|| (name.clone(), value)));
    }
    if kind.as_str().starts_with("article_") && !fixture.accounts.is_empty() {
        let account = &fixture.accounts[dice.below(fixture.accounts.len())];
        fact.insert("unionid".to_owned(), json!(account.unionid));
        fact.insert("articleId".to_owned(), json!(dice.pick(&account.articles).0));
    }
    fact.insert("kind".to_owned(), json!(kind.as_str()));
    fact.insert("time".to_owned(), json!(moment(dice, fixture, &day)));
    if kind.needs_member() || dice.below(3) > 0 {
        let member = dice.below(fixture.people.len());
        fact.insert("userId".to_owned(), fixture.userid(member));
        // The moment at which the member got the userid, or the one before.
        if dice.below(8) == 0 {
            fact.insert(
                "time".to_owned(),
                json!(fixture.people[member].since - i64::from(dice.below(2) == 0)),
            );
        }
    }
    Value::Object(fact)
}

/// The first or last moment of a day, or one between; never after now.
fn moment(dice: &mut Dice, fixture: &Fixture, day: &str) -> i64 {
    let (begins, ends) = (fixture.start_of(day), fixture.start_of(&fixture.days_after(day, 1)));
    let between = begins + (ends - begins) / 1_000 * i64::try_from(dice.below(1_000)).unwrap();
    dice.pick(&[begins, begins + 1, between, between, ends - 1]).min(fixture.now())
}

fn field(dice: &mut Dice, fixture: &Fixture, name: &str, schema: &Value) -> Value {
    if let Some(options) = schema["oneOf"].as_array() {
        return dice.pick(options)["const"].clone();
    }
    if let Some(options) = schema["enum"].as_array() {
        return dice.pick(options);
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        kind => vec![kind.clone()],
    };
    match (dice.pick(&kinds).as_str().unwrap(), name) {
        ("null", _) => Value::Null,
        ("boolean", _) => json!(dice.below(3) > 0),
        ("integer", name) if name.ends_with("Ms") => {
            json!(dice.pick(&[0, 1, 2_999, 3_000, 59_999, 60_000, 299_999, 300_000, 749_999, 5_400_000]))
        }
        ("integer", _) => json!(dice.pick(&[1, 2, 3, 5_000, 5_001])),
        ("string", "openConversationId") if dice.below(3) > 0 && !fixture.groups.is_empty() => {
            json!(dice.pick(&fixture.groups).id)
        }
        ("string", name) => json!(format!("{name}{}", dice.below(3))),
        other => panic!("{other:?}"),
    }
}

/// One fact of each kind and as many of random kinds, in random order, and two employments that collide.
pub fn facts(dice: &mut Dice, fixture: &Fixture, days: &[String]) -> Vec<Value> {
    let kinds: Vec<Kind> = Kind::ALL.iter().map(|_| dice.pick(Kind::ALL)).collect();
    let mut facts: Vec<Value> = Vec::new();
    for kind in Kind::ALL.iter().chain(&kinds) {
        let index = dice.below(facts.len() + 1);
        facts.insert(index, fact(dice, fixture, *kind, days));
    }
    // Of two employments at the same moment the one that arrives last counts.
    let [one, mut other] = [(); 2].map(|()| fact(dice, fixture, Kind::Employment, days));
    (other["time"], other["userId"]) = (one["time"].clone(), one["userId"].clone());
    facts.extend([one, other]);
    facts
}

/// One sign-in on each day.
pub fn logins(dice: &mut Dice, fixture: &Fixture, days: &[String]) -> Vec<Value> {
    days.iter().map(|day| fact(dice, fixture, Kind::Login, std::slice::from_ref(day))).collect()
}

/// Adds three nested departments and a sibling, members, a group of each kind, and three service accounts.
pub fn populate(dice: &mut Dice, fixture: &mut Fixture) {
    let mut parent = ROOT;
    for _ in 0..3 {
        parent = fixture.add_department(parent);
    }
    fixture.add_department(ROOT);
    for number in 0..8 {
        let memberships = dice.memberships(fixture);
        fixture.join(&format!("u{number}"), &memberships);
    }
    for kind in 1..=4 {
        let owner = dice.member(fixture);
        let members = (0..3).map(|_| dice.member(fixture)).collect();
        fixture.make_group(kind, owner, &members);
    }
    for name in ["新闻", "帮助", "人事"] {
        let account = fixture.add_account(name);
        for number in 0..3 {
            fixture.publish(account, &format!("{name}{number}"));
        }
    }
}

/// Makes one random change of the organisation.
pub fn change(dice: &mut Dice, fixture: &mut Fixture) {
    fixture.tick(i64::try_from(dice.below(40)).unwrap() + 1);
    let below_root: Vec<i64> = fixture.org.departments.keys().copied().filter(|id| *id != ROOT).collect();
    match dice.below(12) {
        0 if fixture.org.departments.len() < 8 => {
            let parent = dice.one_of(fixture.org.departments.keys().copied());
            fixture.add_department(parent);
        }
        1 => {
            let dept = dice.pick(&below_root);
            fixture.rename_department(dept, &format!("改{}", fixture.now() / MINUTE_MS));
        }
        2 => move_somewhere(dice, fixture, &below_root),
        3 | 4 => {
            let member = dice.member(fixture);
            let memberships = dice.memberships(fixture);
            fixture.move_member(member, &memberships);
        }
        5 => {
            let member = dice.member(fixture);
            let number = fixture.now() / MINUTE_MS;
            fixture.rename_member(member, &format!("名{number}"), &format!("N{number}"));
        }
        6 if fixture.org.members.len() > 5 => {
            let member = dice.member(fixture);
            fixture.leave(member);
        }
        // Under the userid of a former member, if there is one.
        7 | 8 => {
            let userids_in_use: BTreeSet<&str> =
                fixture.org.members.keys().map(|one| fixture.people[*one].userid.as_str()).collect();
            let free = fixture
                .people
                .iter()
                .map(|one| one.userid.as_str())
                .find(|one| !userids_in_use.contains(one));
            let userid = free.map_or_else(|| format!("v{}", fixture.people.len()), str::to_owned);
            let memberships = dice.memberships(fixture);
            fixture.join(&userid, &memberships);
        }
        9 => remove_empty_department(fixture),
        10 => change_random_group(dice, fixture),
        _ => post_to_random_group(dice, fixture),
    }
}

fn move_somewhere(dice: &mut Dice, fixture: &mut Fixture, departments: &[i64]) {
    let dept = dice.pick(departments);
    let is_below = |mut current: i64| loop {
        if current == dept {
            break true;
        }
        match fixture.org.departments[&current].parent {
            Some(parent) => current = parent,
            None => break false,
        }
    };
    let parent = dice.one_of(fixture.org.departments.keys().copied().filter(|current| !is_below(*current)));
    fixture.move_department(dept, parent);
}

/// A department with a group stays: it is not specified what becomes of the group.
fn remove_empty_department(fixture: &mut Fixture) {
    let org = &fixture.org;
    let is_used = |id: &i64| {
        org.departments.values().any(|one| one.parent == Some(*id))
            || org.members.values().any(|memberships| memberships.contains(id))
            || fixture.groups.iter().any(|group| group.department == Some(*id))
    };
    let empty = org.departments.keys().copied().find(|id| *id != ROOT && !is_used(id));
    if let Some(dept) = empty {
        fixture.remove_department(dept);
    } else {
        let dept = fixture.add_department(ROOT);
        fixture.tick(1);
        fixture.remove_department(dept);
    }
}

fn change_random_group(dice: &mut Dice, fixture: &mut Fixture) {
    let in_use = |fixture: &Fixture| -> Vec<usize> {
        let groups = fixture.groups.iter().enumerate();
        groups
            .filter(|(_, group)| group.kind > 2 && group.dissolved.is_none())
            .map(|(index, _)| index)
            .collect()
    };
    let member = dice.member(fixture);
    if dice.below(3) == 0 || in_use(fixture).is_empty() {
        let kind = dice.pick(&[3, 4]);
        fixture.make_group(kind, member, &BTreeSet::new());
    }
    let group = dice.pick(&in_use(fixture));
    if dice.below(4) == 0 {
        fixture.dissolve(group);
    } else {
        fixture.change_group(group, member);
    }
}

fn post_to_random_group(dice: &mut Dice, fixture: &mut Fixture) {
    let group = dice.below(fixture.groups.len());
    if !fixture.groups[group].members.is_empty() {
        let sender = dice.one_of(fixture.groups[group].members.iter().copied());
        let file_size = dice.pick(&[None, Some(1_234)]);
        fixture.post_message(group, sender, file_size);
    }
}

//! Pages of the console in a large organisation, against the same pages of an almost empty one: no page may grow with the organisation.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use carillon_domain::{
    article::{self, NewArticle},
    session,
};
use carillon_model::{
    article::ArticleText,
    audit::Signature,
    env::Env,
    fact::Client,
    id::{AccountId, CorpId, DeptId, MemberNo},
    settings::Settings,
    time::DAY_MS,
};
use carillon_store::{Store, Tx};
use serde_json::Value;

use crate::{measure::ms, organisation::insert_send, program::Program};

const MEMBERS: u32 = 100_000;
const ARTICLES: u32 = 10_000;
const SENDS: u32 = 5_000;
/// How far back the sends go.
const SPREAD_MS: i64 = 1_000 * DAY_MS;
/// Departments that have the members.
const DEPARTMENTS: u32 = 200;
/// Members of the almost empty organisation, enough for a page of them.
const FEW: u32 = 100;
/// Times that each page is opened.
const ROUNDS: usize = 15;
/// Pages that take less time differ by noise.
const NOISE: Duration = Duration::from_micros(500);
/// How many times as long a page may take.
const AIM: f64 = 3.0;
/// Divides the numbers, for a try without optimisation.
const PART: &str = "BENCH_PART";

pub fn run() -> Result<()> {
    let part = match std::env::var(PART) {
        Ok(part) => part.parse().with_context(|| format!("{PART}={part}"))?,
        Err(_) => 1,
    };
    let folder = tempfile::tempdir()?;
    let began = Instant::now();
    let large = Organisation::prepare(folder.path().join("large"), part, true)?;
    let small = Organisation::prepare(folder.path().join("small"), part, false)?;
    println!(
        "  {} members, {} articles and {} sends, prepared in {:.0} s",
        MEMBERS / part,
        ARTICLES / part,
        SENDS / part,
        began.elapsed().as_secs_f64()
    );
    let (of_large, of_small) = (large.pages()?, small.pages()?);
    let mut slow = Vec::new();
    for (name, large_path) in &of_large {
        let Some(small_path) = of_small.get(name) else {
            println!("  {name}: {:.1} ms, nothing to compare it with", ms(large.time(large_path)?));
            continue;
        };
        // In turn, so that whatever else the machine does slows both down.
        let mut times = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            times.0.push(large.time(large_path)?);
            times.1.push(small.time(small_path)?);
        }
        let [of_large, of_small] = [times.0, times.1].map(|mut times| {
            times.sort_unstable();
            times[times.len() / 2]
        });
        let ratio = of_large.max(NOISE).as_secs_f64() / of_small.max(NOISE).as_secs_f64();
        println!(
            "  {name}: {:.1} ms and {:.1} ms, {ratio:.1} times (aim: {AIM})",
            ms(of_large),
            ms(of_small)
        );
        if ratio > AIM {
            slow.push(name.as_str());
        }
    }
    if !slow.is_empty() {
        println!("  grow with the organisation: {}", slow.join(", "));
    }
    Ok(())
}

/// A started organisation, and an owner who is signed in.
struct Organisation {
    program: Program,
    cookie: String,
    account: AccountId,
}

impl Organisation {
    /// Creates the demonstration in a folder, adds what a large organisation has, and starts it.
    fn prepare(data: PathBuf, part: u32, is_large: bool) -> Result<Self> {
        drop(Program::start(&data, FEW)?);
        if is_large {
            let program = Program::start(&data, FEW)?;
            import(&data, MEMBERS / part)?;
            drop(program);
        }
        let (cookie, account) = fill(&data, if is_large { part } else { u32::MAX })?;
        Ok(Self { program: Program::start(&data, FEW)?, cookie, account })
    }

    /// Returns the page at a path.
    fn get(&self, path: &str) -> Result<String> {
        let url = format!("{}{path}", self.program.url);
        let mut response =
            ureq::get(&url).header("cookie", &self.cookie).call().with_context(|| url.clone())?;
        ensure!(response.status() == 200, "{url}: {}", response.status());
        Ok(response.body_mut().with_config().limit(64 << 20).read_to_string()?)
    }

    fn time(&self, path: &str) -> Result<Duration> {
        let began = Instant::now();
        self.get(path)?;
        Ok(began.elapsed())
    }

    /// The pages by names that organisations share: all sections, the first page below each, and lists with filters.
    fn pages(&self) -> Result<BTreeMap<String, String>> {
        let account = format!("account={}", self.account);
        let home = self.get("/console")?;
        let mut pages = BTreeMap::new();
        for section in links(&home, "/console").filter(|link| link.matches('/').count() <= 2) {
            let list = match section {
                "/console/articles"
                | "/console/pictures"
                | "/console/drafts"
                | "/console/sends"
                | "/console/conversations" => format!("{section}?{account}"),
                _ => section.to_owned(),
            };
            let page = self.get(&list)?;
            let below = format!("{section}/");
            let is_page = |link: &&str| !link.ends_with("/months") && !link.contains("/import");
            if section != "/console"
                && let Some(first) = links(&page, &below).find(is_page)
            {
                pages.insert(format!("{section}/…"), first.split('#').next().unwrap_or(first).to_owned());
            }
            pages.insert(section.to_owned(), list);
        }
        for (name, path) in [
            ("/console/members by name", "/console/members?search=%E6%88%90%E5%91%981".to_owned()),
            ("/console/members by userid", "/console/members?search=bench000017".to_owned()),
            ("/console/audit by actor", "/console/audit?actor=nobody".to_owned()),
            ("/console/sends by month", format!("/console/sends/{}/months", self.account)),
            ("/console/members/import", "/console/members/import".to_owned()),
        ] {
            pages.insert(name.to_owned(), path);
        }
        Ok(pages)
    }
}

/// The links of a page whose paths begin with a text.
fn links<'p>(page: &'p str, beginning: &'p str) -> impl Iterator<Item = &'p str> {
    let targets = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    targets.filter(move |target| target.starts_with(beginning) && !target.contains('?'))
}

/// Imports members by the command, which is faster than calls.
fn import(data: &Path, members: u32) -> Result<()> {
    let mut lines = String::from("userid,name,mobile,departments,job_number,title\n");
    for number in 0..members {
        let department = number % DEPARTMENTS;
        lines += &format!("bench{number:06},成员{number},15{number:09},部门{department},B{number},工程师\n");
    }
    let file = data.with_extension("csv");
    fs::write(&file, lines)?;
    let demo: Value = serde_json::from_slice(&fs::read(data.join("demo.json"))?)?;
    let corp = demo["corp_id"].as_str().context("demo.json")?;
    let output = Command::new(std::env::current_exe()?.with_file_name("carillon"))
        .args(["contacts", "import", "--json", "--corp", corp])
        .arg(&file)
        .arg("--data")
        .arg(data)
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Adds articles and sends, and signs an owner in. The program must not run on the folder.
fn fill(data: &Path, part: u32) -> Result<(String, AccountId)> {
    let store = Store::open(data)?;
    let demo: Value = serde_json::from_slice(&fs::read(data.join("demo.json"))?)?;
    let corp = CorpId::from(demo["corp_id"].as_str().context("demo.json")?);
    let env = Env::system(Settings::default(), [0; 32]);
    let state = store.state().corp(&corp)?.clone();
    let account = state.accounts.values().next().context("no account")?.id.clone();
    let everyone: Vec<MemberNo> = state.members_below(DeptId::ROOT).iter().collect();
    let signature = || Signature::server(&env, "bench");
    let articles: Vec<u32> = (0..ARTICLES / part).collect();
    for some in articles.chunks(500) {
        let (env, of, account, some) = (env.clone(), corp.clone(), account.clone(), some.to_vec());
        store.write_blocking(&corp, signature(), move |tx| {
            some.into_iter().try_for_each(|number| add_article(tx, &env, &of, &account, number))
        })?;
    }
    let now = env.now();
    let sends: Vec<u32> = (0..SENDS / part).rev().collect();
    for some in sends.chunks(200) {
        let (of, account, everyone, some) = (corp.clone(), account.clone(), everyone.clone(), some.to_vec());
        store.write_blocking(&corp, signature(), move |tx| {
            for number in some {
                // Every tenth to everybody, the others to a part.
                let step = usize::try_from(number % 10).unwrap_or_default() * 7 + 1;
                let audience = everyone.iter().copied().step_by(step).collect();
                let created_at = now.plus_ms(-i64::from(number) * SPREAD_MS / i64::from(SENDS));
                insert_send(tx, &of, &account, audience, (false, created_at))?;
            }
            Ok(())
        })?;
    }
    let (of, tx_env) = (corp.clone(), env.clone());
    let cookie = store.write_blocking(&corp, signature(), move |tx| {
        let owner = tx.operators(&of)?.into_iter().find(|operator| operator.rights.is_owner());
        let Some(owner) = owner else { return Ok(None) };
        let member = tx.member_no(&of, &owner.userid)?;
        member.map(|member| session::begin(tx, &tx_env, &of, member, Client::Web)).transpose()
    })?;
    match cookie {
        Some(cookie) => Ok((format!("carillon_session={cookie}"), account)),
        None => bail!("the demonstration has no owner"),
    }
}

fn add_article(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    number: u32,
) -> carillon_model::error::Result<()> {
    let text = ArticleText {
        title: format!("文章 {number}"),
        content: format!("<p>第 {number} 篇文章的正文。</p>"),
        digest: None,
        thumb_media_id: None,
    };
    let new = NewArticle {
        account: account.clone(),
        uuid: format!("bench-{number}"),
        text,
        allow_forward: None,
        public: None,
    };
    let id = article::add(tx, env, corp, new)?;
    if number.is_multiple_of(2) {
        article::publish(tx, env, corp, account, id)?;
    }
    Ok(())
}

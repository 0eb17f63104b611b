// Sends and what they are made of, by keyboard: overdue sends, lists page by page, searches, and the calendar as a file.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "./accessible.mjs";
import { operator, press, SCREENS } from "./console.mjs";

const MINUTE_MS = 60_000;

/** Schedules sends, and makes them late, as if the server had been off when they were due. Returns their ids. */
async function late(fixture, unionid, department, texts) {
  const tasks = [];
  for (const text of texts) {
    const send = { unionid, msg_type: "text", text_content: text, is_to_all: false, dep_id_list: [department], uuid: text + Date.now(), is_preview: false };
    const { task_id } = await fixture.callV1("/v1.0/carillon/message/mass/schedule", { ...send, send_time: Date.now() + 3_000 });
    tasks.push(task_id);
  }
  const script = `import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=10)
for task in sys.argv[3:]: database.execute("UPDATE scheduled_send SET due_at = ? WHERE task_id = ?", (int(sys.argv[2]), task))
database.commit()`;
  const due = String(Date.now() - 12 * MINUTE_MS);
  execFileSync(fixture.python, ["-c", script, join(fixture.data, "carillon.db"), due, ...tasks]);
  for (const task_id of tasks) {
    let status;
    for (let tries = 0; status !== 5 && tries < 100; tries++) {
      ({ status } = await fixture.callV1("/v1.0/carillon/message/mass/progress", { unionid, task_id }));
      if (status !== 5) await new Promise((done) => setTimeout(done, 100));
    }
    assert.equal(status, 5, "the send waits for a decision");
  }
  return tasks;
}

/** Moves the focus to the search field with the key for it, types, and presses Enter. */
async function find(page, text) {
  await page.keyboard.press("/");
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
  await Promise.all([page.waitForURL((url) => url.searchParams.get("q") === text), page.keyboard.press("Enter")]);
}

const rows = (page) => page.locator("main .sends a .name").allTextContents();
const download = async (page, open) => {
  const [file] = await Promise.all([page.waitForEvent("download"), open()]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
};

export const sends = {
  "overdue sends are seen at once, and sent, moved and called off by keyboard alone": async (fixture, page) => {
    const unionid = await fixture.account("逾期后台");
    const reader = await fixture.member();
    await operator(fixture, page, `sender:${unionid}`);
    const [now, moved, off] = await late(fixture, unionid, reader.department, ["立即发送它", "给它改期", "把它取消"]);
    await page.goto(`${fixture.url}/console`);
    await page.locator("#home-held").getByText("请逐条决定").waitFor();
    assert.equal(await page.locator("#home-held .sends a").count(), 3);
    await page.goto(`${fixture.url}/console/sends?account=${unionid}`);
    await press(page, "3 条定时群发已逾期");
    await page.waitForURL("**status=held*");
    assert.equal((await rows(page)).length, 3);

    await page.goto(`${fixture.url}/console/sends/${unionid}/${now}`);
    await page.getByRole("alert").getByText("已逾期 12 分钟").waitFor();
    await press(page, "立即发送");
    await page.getByText("消息会立即发给 1 位成员。").waitFor();
    await press(page, "确认立即发送");
    await page.getByText("已发送。").waitFor();
    await page.getByText("逾期 12 分钟发出").waitFor();
    assert.equal((await fixture.callV1("/v1.0/carillon/message/mass/progress", { unionid, task_id: now })).receivers, 1);

    await page.goto(`${fixture.url}/console/sends/${unionid}/${moved}`);
    await press(page, "改期");
    const tomorrow = new Date(Date.now() + 24 * 60 * MINUTE_MS).toISOString().slice(0, 10);
    await page.getByLabel("新的发送时间").fill(`${tomorrow}T09:30`);
    await press(page, "确认改期");
    await page.getByText("已改期。").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);

    await page.goto(`${fixture.url}/console/sends/${unionid}/${off}`);
    await page.locator("details.confirmation summary").last().focus();
    await page.keyboard.press("Enter");
    await press(page, "确认取消");
    await page.getByText("已取消。").waitFor();
    await page.goto(`${fixture.url}/console/sends?account=${unionid}`);
    assert.equal(await page.getByText("已逾期").count(), 0);
  },
  "axe finds nothing on the pages of overdue sends": async (fixture, page) => {
    const unionid = await fixture.account("逾期检查");
    const reader = await fixture.member();
    await operator(fixture, page, `sender:${unionid}`);
    const [task] = await late(fixture, unionid, reader.department, ["等待决定的群发"]);
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      for (const path of ["/console", `/console/sends?account=${unionid}`, `/console/sends?account=${unionid}&status=held`, `/console/sends/${unionid}/${task}`, "/console/calendar"]) {
        await page.goto(`${fixture.url}${path}`);
        await page.locator("main details summary").evaluateAll((all) => all.forEach((one) => one.click()));
        await check(page, `${path}, ${width} px, ${scheme}, ${english ? "English" : "Chinese"}`);
      }
    }
  },
  "lists lead forwards and back, and Escape returns to the row of a later page": async (fixture, page) => {
    const unionid = await fixture.account("翻页后台");
    const reader = await fixture.member();
    const articles = [];
    for (let number = 10; number < 32; number++) {
      await fixture.send(unionid, reader.department, { msg_type: "text", text_content: `翻页 ${number}` });
      articles.push(await fixture.article(unionid, `文章 ${number}`));
    }
    for (const article of articles) await fixture.card(unionid, [article]);
    await operator(fixture, page, `editor:${unionid}`);
    for (const [list, name] of [["sends", "翻页"], ["articles", "文章"], ["cards", "文章"]]) {
      await page.goto(`${fixture.url}/console/${list}?account=${unionid}`);
      const first = await rows(page);
      assert.deepEqual([first.length, first[0]], [20, `${name} 31`], list);
      await page.locator('a[rel="next"]').focus();
      await Promise.all([page.waitForURL("**after=*"), page.keyboard.press("Enter")]);
      assert.deepEqual(await rows(page), [`${name} 11`, `${name} 10`], list);
      const second = page.url();
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.href !== second);
      await page.keyboard.press("Escape");
      await page.waitForURL(second);
      assert.match(await page.evaluate(() => document.activeElement.textContent), new RegExp(`${name} 10`), list);
      await page.locator('a[rel="prev"]').focus();
      await Promise.all([page.waitForURL("**before=*"), page.keyboard.press("Enter")]);
      assert.deepEqual(await rows(page), first, list);
    }
  },
  "a slash finds sends, articles, cards and drafts by their texts, and the file has what is found": async (fixture, page) => {
    const unionid = await fixture.account("搜索后台");
    const reader = await fixture.member();
    await fixture.send(unionid, reader.department, { msg_type: "markdown", msg_body: { markdown: { title: "停电通知", text: "周五**下午**停电两小时" } } });
    await fixture.send(unionid, reader.department, { msg_type: "text", text_content: "食堂今天有鱼" });
    const spring = await fixture.article(unionid, "春天来了", { content: "<p>一起去<b>踏</b>青吧</p>" });
    await fixture.card(unionid, [spring]);
    await fixture.card(unionid, [await fixture.article(unionid, "食堂菜单")]);
    await operator(fixture, page, `editor:${unionid}`);
    await page.goto(`${fixture.url}/console/drafts?account=${unionid}`);
    await page.locator("main form button.primary").click();
    await page.waitForURL(`**/console/drafts/${unionid}/*`);
    await page.locator("#text").fill("写给大家的信\n下周见");
    await page.locator("#message button.primary").click();
    await page.locator(".done").waitFor();
    for (const [list, words, found] of [["sends", "两小时", ["停电通知"]], ["articles", "去踏青", ["春天来了"]], ["cards", "踏青", ["春天来了"]], ["drafts", "下周见", ["写给大家的信"]]]) {
      await page.goto(`${fixture.url}/console/${list}?account=${unionid}`);
      await find(page, words);
      assert.deepEqual(await rows(page), found, list);
      const file = await download(page, () => page.getByRole("link", { name: "下载 CSV" }).click());
      assert.equal(file.text.trim().split("\r\n").length, 2, file.text);
      assert.ok(file.text.includes(found[0]), file.text);
      await find(page, "没有这样的词");
      await page.getByText("没有符合条件的结果").waitFor();
      assert.equal(await page.locator('select[name="account"]').inputValue(), unionid, "the filters stay");
      await check(page, `${list}, nothing found`);
    }
  },
  "the calendar is downloaded as it is shown": async (fixture, page) => {
    const unionid = await fixture.account("日历文件");
    const reader = await fixture.member();
    await fixture.send(unionid, reader.department, { msg_type: "text", text_content: "=1+1" });
    await fixture.send(unionid, reader.department, { msg_type: "text", text_content: "日历里的第二条" });
    await operator(fixture, page, `editor:${unionid}`);
    await page.goto(`${fixture.url}/console/calendar?account=${unionid}`);
    const shown = await page.locator(".calendar-day .entry .name").allTextContents();
    const { name, text } = await download(page, () => press(page, "下载 CSV"));
    assert.equal(name, "calendar.csv");
    const lines = text.trim().split("\r\n").slice(1);
    assert.deepEqual(lines.map((line) => line.split(",")[1].replace(/^'/, "")), shown);
    assert.ok(lines.some((line) => line.includes(",'=1+1,")), text);
  },
};

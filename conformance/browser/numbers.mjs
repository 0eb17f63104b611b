// Statistics, reports, the calendar and results over time: what an analyst and an editor do, by keyboard alone; axe on every page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { check } from "./accessible.mjs";
import { operator, press, SCREENS } from "./console.mjs";

const DAY_MS = 86_400_000;

/** Generates facts of some days up to today. */
function generate(fixture, days) {
  const day = (ago) => new Date(Date.now() + 8 * 3_600_000 - ago * DAY_MS).toISOString().slice(0, 10);
  const range = ["--from", day(days - 1), "--to", day(0)];
  execFileSync(fixture.program, ["facts", "generate", "--corp", fixture.corp, ...range, "--members", "30", "--data", fixture.data]);
}

export const numbers = {
  "axe finds nothing on the pages of numbers": async (fixture, page) => {
    const reader = await fixture.member();
    generate(fixture, 5);
    await operator(fixture, page, "analyst");
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      for (const path of ["/console/statistics", "/console/statistics?days=90", "/console/statistics/members", "/console/statistics/meetings?days=7", `/console/statistics/apps?dept=${reader.department}`, "/console/statistics/members?days=8", "/console/statistics/messages?from=2020-01-01&to=2020-01-02", "/console/report"]) {
        await page.goto(`${fixture.url}${path}`);
        await page.locator("details.more summary").evaluateAll((all) => all.forEach((one) => one.click()));
        await check(page, `${path}, ${width} px, ${scheme}, ${english ? "English" : "Chinese"}`);
      }
    }
  },
  "the calendar leads to what became of a send, by keyboard alone": async (fixture, page) => {
    const unionid = await fixture.account("日历后台");
    const reader = await fixture.member();
    const task = await fixture.send(unionid, reader.department, { msg_type: "text", text_content: "日历里的群发" });
    await operator(fixture, page, `editor:${unionid}`);
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      for (const path of ["/console/calendar", "/console/calendar?month=2001-02", "/console/calendar?month=x", `/console/sends/${unionid}/${task}`, `/console/sends/${unionid}/months`]) {
        await page.goto(`${fixture.url}${path}`);
        await page.locator("details.more summary").evaluateAll((all) => all.forEach((one) => one.click()));
        await check(page, `${path}, ${width} px, ${scheme}, ${english ? "English" : "Chinese"}`);
      }
    }
    await page.goto(`${fixture.url}/console/calendar`);
    await page.keyboard.press("j");
    assert.match(await page.evaluate(() => document.activeElement.textContent), /日历里的群发/);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/console/sends/${unionid}/${task}`);
    await page.getByRole("img", { name: "每小时阅读人数" }).waitFor();
    await press(page, "数据表");
    await page.getByRole("region", { name: "每小时阅读人数 数据表" }).getByText("截至目前").waitFor();
  },
  "an analyst finds a number by keyboard alone, and takes it along": async (fixture, page) => {
    await fixture.member();
    generate(fixture, 3);
    await operator(fixture, page, "analyst");
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${fixture.url}/console`);
    await press(page, "统计");
    await page.waitForURL("**/console/statistics");
    await press(page, "消息与群");
    await page.waitForURL("**/console/statistics/messages?days=30");
    await press(page, "近 7 天");
    await page.waitForURL("**/console/statistics/messages?days=7");
    await press(page, "数据表");
    const table = page.getByRole("region", { name: "聊天 数据表" });
    await table.getByRole("row").nth(1).getByText("截至目前").waitFor();
    assert.equal(await table.getByRole("row").count(), 8);
    assert.ok((await table.getByText("无数据").count()) > 0, "days before the facts");
    const [download] = await Promise.all([page.waitForEvent("download"), press(page, "下载 CSV")]);
    assert.equal(download.suggestedFilename(), "single_message.csv");
    // The region scrolls by keyboard.
    await table.focus();
    assert.equal(await table.evaluate((element) => element === document.activeElement), true);
  },
};

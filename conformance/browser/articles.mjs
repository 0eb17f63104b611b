// Articles in the console as an author works with them: the page saves itself, two authors, the phone, pictures, keys, no script.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { check } from "./accessible.mjs";
import { collectErrors, fillIn, signIn } from "./helpers.mjs";

const CONTENT = ".ae-content";
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUQAOw==", "base64");
const sample = (name) => readFileSync(new URL(`../../ui/corpus/paste/${name}.html`, import.meta.url), "utf8");

/** Signs in an editor of an account, at its articles. */
async function editor(fixture, page, unionid) {
  const member = await fixture.member();
  execFileSync(fixture.program, ["operator", "add", member.userid, "--corp", fixture.corp, "--role", `editor:${unionid}`, "--data", fixture.data]);
  await signIn(fixture, page, member, `/console/articles?account=${unionid}`);
  return member;
}

/** Makes an article, and returns the path of its page. */
async function begin(fixture, page, name) {
  const unionid = await fixture.account(name);
  await editor(fixture, page, unionid);
  await page.getByRole("button", { name: "新建文章" }).click();
  await page.locator(CONTENT).waitFor();
  return { unionid, path: new URL(page.url()).pathname };
}

const saved = (page) => page.locator("[data-save-state=saved]").getByText("已保存").waitFor();
const stored = (fixture, { unionid, path }) => fixture.call("/topapi/material/article/get", { unionid, article_id: Number(path.split("/").at(-1)) });

async function paste(page, html) {
  await page.locator(CONTENT).focus();
  await page.evaluate(({ html, selector }) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "x");
    document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, { html, selector: CONTENT });
}

const SCREENS = [
  { width: 320, height: 640, scheme: "light", english: false },
  { width: 390, height: 844, scheme: "dark", english: true },
  { width: 1440, height: 900, scheme: "light", english: true },
  { width: 1920, height: 1080, scheme: "dark", english: false },
];

export const articles = {
  "an article saves itself within three seconds, and is published": async (fixture, page) => {
    const at = await begin(fixture, page, "写文章");
    const errors = collectErrors(fixture, page);
    await page.getByLabel("标题").fill("春季运动会");
    await page.locator(CONTENT).click();
    await page.keyboard.type("本周六上午");
    const begun = Date.now();
    await page.locator("[data-save-state=unsaved]").waitFor();
    await saved(page);
    assert.ok(Date.now() - begun < 3_500, `${Date.now() - begun} ms`);
    assert.equal((await stored(fixture, at)).content, "<p>本周六上午</p>");
    await page.reload();
    assert.equal(await page.getByLabel("标题").inputValue(), "春季运动会");
    assert.equal(await page.locator(CONTENT).textContent(), "本周六上午");
    await page.locator(CONTENT).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("九点");
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await page.getByRole("status").getByText("已发布。").waitFor();
    await page.getByRole("button", { name: "发布修改" }).waitFor();
    assert.equal((await stored(fixture, at)).content, "<p>本周六上午九点</p>");
    assert.deepEqual(errors, []);
  },
  "everything by keyboard alone": async (fixture, page) => {
    const unionid = await fixture.account("键盘写作");
    await editor(fixture, page, unionid);
    const press = async (name, key = "Enter") => {
      for (let step = 0; step < 60; step++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((wanted) => {
          const now = document.activeElement;
          return [now.textContent.trim(), now.getAttribute("aria-label"), now.labels?.[0]?.textContent.trim()].includes(wanted);
        }, name)) return key && page.keyboard.press(key);
      }
      throw new Error(`${name} cannot be reached`);
    };
    await press("新建文章");
    await page.locator(CONTENT).waitFor();
    await press("标题", null);
    await page.keyboard.type("键盘");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "撤销");
    await page.keyboard.press("Tab");
    await page.keyboard.type("正文");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+b");
    await page.keyboard.press("Control+s");
    await saved(page);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    for (let step = 0; step < 10 && !(await page.evaluate(() => document.activeElement.textContent.trim() === "发布")); step++) await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("已发布。").waitFor();
    const path = new URL(page.url()).pathname;
    assert.equal((await stored(fixture, { unionid, path })).content, "<p><strong>正文</strong></p>");
  },
  "two authors choose, and nothing is lost": async (fixture, page) => {
    const at = await begin(fixture, page, "两位作者");
    await page.locator(CONTENT).click();
    await page.keyboard.type("甲");
    await saved(page);
    const context = await page.context().browser().newContext({ locale: "zh-CN" });
    context.setDefaultTimeout(10_000);
    const other = await context.newPage();
    await editor(fixture, other, at.unionid);
    await other.goto(`${fixture.url}${at.path}`);
    await other.locator(CONTENT).click();
    await page.locator(CONTENT).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("一");
    await saved(page);
    await other.keyboard.press("Control+End");
    await other.keyboard.type("二");
    await other.getByRole("alert").getByText("你的修改尚未保存").waitFor();
    await other.getByRole("button", { name: "保留我的版本" }).click();
    await saved(other);
    assert.equal((await stored(fixture, at)).content, "<p>甲二</p>");
    await page.keyboard.type("三");
    await page.getByRole("alert").getByText("你的修改尚未保存").waitFor();
    await page.getByRole("button", { name: "使用对方的版本" }).click();
    await page.waitForLoadState();
    await page.locator(CONTENT).getByText("甲二").waitFor();
    // Both texts that were not taken are in the history; one is brought back.
    await page.getByRole("link", { name: "历史版本" }).click();
    await page.locator(".sends a").nth(1).click();
    await page.getByText("甲一三").waitFor();
    await page.getByText("恢复此版本").first().click();
    await page.getByRole("button", { name: "恢复此版本" }).click();
    await page.getByRole("status").getByText("已恢复为当前草稿。").waitFor();
    assert.equal((await stored(fixture, at)).content, "<p>甲一三</p>");
    await context.close();
  },
  "a lost connection is told, and what was typed is saved later": async (fixture, page) => {
    const at = await begin(fixture, page, "断网写作");
    await page.route("**/*?fragment", (route) => route.abort());
    await page.locator(CONTENT).click();
    await page.keyboard.type("断网时写的");
    await page.getByText("网络中断").waitFor();
    await page.unroute("**/*?fragment");
    await saved(page);
    assert.equal((await stored(fixture, at)).content, "<p>断网时写的</p>");
  },
  "an ended session keeps the text on the page": async (fixture, page) => {
    const at = await begin(fixture, page, "过期写作");
    const cookies = await page.context().cookies();
    await page.context().clearCookies({ name: /session/ });
    await page.locator(CONTENT).click();
    await page.keyboard.type("还在");
    await page.getByText("登录已失效").waitFor();
    await page.context().addCookies(cookies);
    await saved(page);
    assert.equal((await stored(fixture, at)).content, "<p>还在</p>");
  },
  "pictures are stored, and the cover is chosen": async (fixture, page) => {
    const at = await begin(fixture, page, "图片写作");
    const errors = collectErrors(fixture, page);
    await paste(page, sample("wps"));
    const chooser = page.waitForEvent("filechooser");
    await page.locator(".ae-missing").getByRole("button", { name: "选择图片" }).click();
    await (await chooser).setFiles({ name: "图.gif", mimeType: "image/gif", buffer: GIF });
    await page.waitForFunction(() => /src="@/.test(document.querySelector("article-editor").value));
    await page.locator(".ae-picture img").evaluate((image) => image.decode());
    await page.setInputFiles("input[name=cover_file]", { name: "封面.gif", mimeType: "image/gif", buffer: GIF });
    await page.locator(".cover-picture").evaluate((image) => image.decode());
    await page.setInputFiles("input[name=cover_file]", { name: "x.gif", mimeType: "image/gif", buffer: Buffer.from("<svg>") });
    await page.locator("[data-cover-problem]").getByText("图片").waitFor();
    await saved(page);
    const article = await stored(fixture, at);
    assert.match(article.content, /<ol><li>豆浆<\/li>/);
    assert.match(article.content, /<img src="@[^"]+" alt=""/);
    assert.ok(article.thumb_media_id);
    assert.deepEqual(errors.filter((error) => !error.includes("422")), []);
  },
  "the phone shows the draft in light and dark, as readers get it": async (fixture, page) => {
    await begin(fixture, page, "手机预览");
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByLabel("标题").fill("预览标题");
    await page.locator(CONTENT).click();
    await page.keyboard.type("预览正文");
    await page.getByRole("button", { name: "手机预览" }).click();
    const phone = page.frameLocator(".phone iframe");
    await phone.getByRole("heading", { name: "预览标题" }).waitFor();
    await phone.getByText("预览正文").waitFor();
    const ground = () => phone.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
    const light = await ground();
    await page.getByRole("button", { name: "深色" }).click();
    await page.waitForFunction(() => document.querySelector(".phone iframe").contentWindow.location.search === "?scheme=dark" && document.querySelector(".phone iframe").contentDocument.readyState === "complete");
    assert.notEqual(await ground(), light);
    await page.locator(CONTENT).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("，已更新");
    await phone.getByText("预览正文，已更新").waitFor();
    await page.getByRole("button", { name: "发到我的手机" }).click();
    await page.getByRole("status").getByText("预览已发到你的收件箱").waitFor();
  },
  "without script an article is written, and a conflict is told": async (fixture, page) => {
    const unionid = await fixture.account("无脚本写作");
    const context = await page.context().browser().newContext({ javaScriptEnabled: false, locale: "zh-CN" });
    context.setDefaultTimeout(10_000);
    const plain = await context.newPage();
    const member = await fixture.member();
    execFileSync(fixture.program, ["operator", "add", member.userid, "--corp", fixture.corp, "--role", `editor:${unionid}`, "--data", fixture.data]);
    await plain.goto(`${fixture.url}/console/articles?account=${unionid}`);
    await fillIn(plain, member);
    await plain.getByRole("button", { name: "新建文章" }).click();
    await plain.getByLabel("标题").fill("无脚本");
    await plain.getByLabel("正文").fill("<p>一</p>");
    await plain.getByRole("button", { name: "保存草稿" }).click();
    await plain.getByText("已保存。").waitFor();
    const path = new URL(plain.url()).pathname;
    const article = { title: "应用", content: "<p>应用</p>", article_id: Number(path.split("/").at(-1)) };
    await fixture.call("/topapi/material/article/update", { unionid, article });
    await plain.getByLabel("正文").fill("<p>二</p>");
    await plain.getByRole("button", { name: "发布" }).click();
    await plain.getByRole("alert").getByText("你的修改尚未保存").waitFor();
    await plain.getByRole("button", { name: "保留我的版本" }).click();
    await plain.getByText("已保存。").waitFor();
    assert.equal((await stored(fixture, { unionid, path })).content, "<p>二</p>");
    await context.close();
  },
  "axe finds nothing on any page": async (fixture, page) => {
    const at = await begin(fixture, page, "无障碍写作");
    await page.getByLabel("标题").fill("一篇文章");
    await paste(page, sample("wechat").replace(/data-(src|original)="[^"]*"/g, "").replaceAll("#888", "#555"));
    await saved(page);
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await page.getByRole("status").getByText("已发布。").waitFor();
    await page.locator(CONTENT).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("改");
    await saved(page);
    const empty = await fixture.account("空写作");
    execFileSync(fixture.program, ["operator", "add", (await editorOf(page)), "--corp", fixture.corp, "--role", `editor:${empty}`, "--role", `editor:${at.unionid}`, "--data", fixture.data]);
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      const of = (name) => `${name}, ${width} px, ${scheme}, ${english ? "English" : "Chinese"}`;
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      for (const path of [`/console/articles?account=${at.unionid}`, `/console/articles?account=${empty}`, `${at.path}/history`, `${at.path}/history/1`, `${at.path}/preview`]) {
        await page.goto(`${fixture.url}${path}`);
        await check(page, of(path));
      }
      await page.goto(`${fixture.url}${at.path}`);
      await page.locator(CONTENT).waitFor();
      await check(page, of("the editor"));
      await page.locator("[data-preview-toggle]").click();
      await page.frameLocator(".phone iframe").getByRole("heading", { name: "一篇文章" }).waitFor();
      await page.locator(CONTENT).focus();
      await page.keyboard.press("Control+f");
      await check(page, of("the phone and the search"));
      await page.keyboard.press("Escape");
      await page.getByRole("toolbar").getByRole("button", { name: english ? "Text colour" : "文字颜色" }).click();
      await check(page, of("a menu"));
      await page.keyboard.press("Escape");
      await page.getByRole("toolbar").getByRole("button", { name: english ? "Link" : "链接" }).click();
      await check(page, of("a dialog"));
      await page.keyboard.press("Escape");
    }
  },
};

/** The userid of who is signed in. */
async function editorOf(page) {
  const text = await page.evaluate(async () => (await fetch("/me")).text());
  return /<code>([^<]+)<\/code>/.exec(text)[1];
}

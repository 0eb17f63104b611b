// The content of sends in the console: cards of articles, pictures, the part of a cover, and what changed between versions; by mouse and
// by keyboard alone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { crc32, deflateSync } from "node:zlib";
import { check } from "./accessible.mjs";
import { collectErrors, forgetSession, signIn } from "./helpers.mjs";

const SCREENS = [
  { width: 320, height: 640, scheme: "light", english: false },
  { width: 390, height: 844, scheme: "dark", english: true },
  { width: 1440, height: 900, scheme: "light", english: true },
  { width: 1920, height: 1080, scheme: "dark", english: false },
];

/** Signs in a member with roles. */
async function operator(fixture, page, roles, path) {
  const member = await fixture.member();
  const arguments_ = roles.flatMap((role) => ["--role", role]);
  execFileSync(fixture.program, ["operator", "add", member.userid, "--corp", fixture.corp, ...arguments_, "--data", fixture.data]);
  await signIn(fixture, page, member, path);
  return member;
}

/** A PNG whose left half is red and whose right half is blue; the upper half is darker. */
function png(width, height) {
  const row = (y) => {
    const bytes = Buffer.alloc(1 + width * 3);
    for (let x = 0; x < width; x++) bytes[1 + x * 3 + (x < width / 2 ? 0 : 2)] = y < height / 2 ? 120 : 240;
    return bytes;
  };
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.concat(Array.from({ length: height }, (_, y) => row(y)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** Presses Tab until an element has the focus whose text or label begins with a name. */
async function reach(page, name, key = "Enter") {
  for (let step = 0; step < 120; step++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => {
      const now = document.activeElement;
      return [now.textContent.trim(), now.getAttribute("aria-label"), now.labels?.[0]?.textContent.trim()].some((text) => text?.startsWith(wanted));
    }, name)) return key && page.keyboard.press(key);
  }
  throw new Error(`${name} cannot be reached`);
}

const order = (page) => page.locator(".card-order .name").allTextContents();
const orderIs = (page, wanted) => page.waitForFunction((wanted) => [...document.querySelectorAll(".card-order .name")].map((one) => one.textContent).join() === wanted, wanted.join());
const titles = (page) => page.locator("[data-card-preview] .news :is(.title, .item > span)").allTextContents();

/** Width, height and the colour in the middle of a picture. */
const measure = (page, selector) => page.locator(selector).evaluate(async (image) => {
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const at = (x, y) => [...context.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data].slice(0, 3);
  return { width: image.naturalWidth, height: image.naturalHeight, left: at(0.02, 0.5), right: at(0.98, 0.5), top: at(0.5, 0.05) };
});

export const content = {
  "articles of a send are added and ordered by mouse, and the preview follows": async (fixture, page) => {
    const unionid = await fixture.account("卡片群发");
    const reader = await fixture.member();
    for (const title of ["第一篇", "第二篇", "第三篇"]) await fixture.article(unionid, title);
    const errors = collectErrors(fixture, page);
    await operator(fixture, page, [`sender:${unionid}`], `/console/drafts?account=${unionid}`);
    await page.getByRole("button", { name: "新建群发" }).click();
    await page.getByRole("link", { name: "文章", exact: true }).click();
    for (const title of ["第一篇", "第二篇", "第三篇"]) {
      await page.getByRole("button", { name: `添加：${title}` }).click();
      await page.getByRole("button", { name: `移除：${title}` }).waitFor();
    }
    assert.deepEqual(await titles(page), ["第一篇", "第二篇", "第三篇"], "before it is saved");
    const row = (title) => page.locator(".card-order li", { hasText: title });
    const { height } = await row("第一篇").boundingBox();
    await row("第三篇").dragTo(row("第一篇"), { targetPosition: { x: 20, y: 4 } });
    await orderIs(page, ["第三篇", "第一篇", "第二篇"]);
    await row("第三篇").dragTo(row("第二篇"), { targetPosition: { x: 20, y: height - 4 } });
    await orderIs(page, ["第一篇", "第二篇", "第三篇"]);
    await page.getByRole("button", { name: "上移：第二篇" }).click();
    await orderIs(page, ["第二篇", "第一篇", "第三篇"]);
    assert.deepEqual(await titles(page), ["第二篇", "第一篇", "第三篇"]);
    await page.getByText("尚未保存。").waitFor();
    await page.getByRole("button", { name: "移除：第一篇" }).click();
    await orderIs(page, ["第二篇", "第三篇"]);
    await page.getByRole("button", { name: "保存 内容" }).click();
    await page.getByText("已保存。").waitFor();
    assert.deepEqual(await order(page), ["第二篇", "第三篇"]);
    await page.getByLabel("成员 ID").fill(reader.userid);
    await page.getByRole("button", { name: "保存 接收范围" }).click();
    await page.getByText("所选 1 人中，1 人将收到").waitFor();
    await page.locator("#send summary").click();
    await page.locator("#send").getByRole("button", { name: "发送" }).click();
    await page.waitForURL(`**/console/sends/${unionid}/*`);
    assert.deepEqual(errors, []);
    await forgetSession(page);
    await signIn(fixture, page, reader, `/inbox/a/${unionid}`);
    await page.getByRole("link", { name: "第二篇" }).waitFor();
    assert.deepEqual(await page.locator(".news :is(.title, .item > span)").allTextContents(), ["第二篇", "第三篇"]);
  },
  "a card is made, ordered and sent by keyboard alone": async (fixture, page) => {
    const unionid = await fixture.account("键盘卡片");
    for (const title of ["甲文", "乙文", "丙文"]) await fixture.article(unionid, title);
    await operator(fixture, page, [`editor:${unionid}`, `sender:${unionid}`], `/console/cards?account=${unionid}`);
    await reach(page, "新建卡片");
    await page.waitForURL("**/new");
    for (const title of ["甲文", "乙文", "丙文"]) {
      await reach(page, `添加：${title}`);
      await page.getByRole("button", { name: `移除：${title}` }).waitFor();
    }
    await orderIs(page, ["甲文", "乙文", "丙文"]);
    // The focus stays on the button of the article that moves.
    await reach(page, "上移：丙文");
    await orderIs(page, ["甲文", "丙文", "乙文"]);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "上移：丙文");
    await page.keyboard.press("Enter");
    await orderIs(page, ["丙文", "甲文", "乙文"]);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "下移：丙文", "the first one only moves down");
    assert.match(await page.locator("[data-status]").textContent(), /“丙文”现在是第 1 篇，共 3 篇/);
    // Three at once, one after the other.
    for (const key of ["Alt+ArrowDown", "Alt+ArrowDown", "Alt+ArrowUp"]) await page.keyboard.press(key);
    await orderIs(page, ["甲文", "丙文", "乙文"]);
    await reach(page, "移除：乙文");
    await orderIs(page, ["甲文", "丙文"]);
    assert.equal(await page.evaluate(() => document.activeElement.closest("main") !== null), true, "the focus is not lost");
    await reach(page, "保存");
    await page.getByText("已保存。").waitFor();
    assert.deepEqual(await order(page), ["甲文", "丙文"]);
    await reach(page, "用这张卡片新建群发");
    await page.waitForURL(`**/console/drafts/${unionid}/*`);
    assert.deepEqual(await order(page), ["甲文", "丙文"]);
  },
  "a card is arranged without script": async (fixture, page) => {
    const unionid = await fixture.account("无脚本卡片");
    for (const title of ["甲文", "乙文"]) await fixture.article(unionid, title);
    await operator(fixture, page, [`editor:${unionid}`], `/console/cards?account=${unionid}`);
    const context = await page.context().browser().newContext({ locale: "zh-CN", javaScriptEnabled: false, storageState: await page.context().storageState() });
    const plain = await context.newPage();
    plain.setDefaultTimeout(10_000);
    await plain.goto(`${fixture.url}/console/cards/${unionid}/new`);
    for (const title of ["甲文", "乙文"]) await plain.getByRole("button", { name: `添加：${title}` }).click();
    await plain.getByLabel("按标题查找已发布的文章").fill("没有");
    await plain.getByLabel("按标题查找已发布的文章").press("Enter");
    await plain.getByText("没有找到已发布的文章。").waitFor();
    await plain.getByRole("button", { name: "下移：甲文" }).click();
    assert.deepEqual(await order(plain), ["乙文", "甲文"]);
    await plain.getByRole("button", { name: "保存", exact: true }).click();
    await plain.getByText("已保存。").waitFor();
    assert.deepEqual(await order(plain), ["乙文", "甲文"]);
    await context.close();
  },
  "a picture of the library is sent, chosen by mouse and by keyboard": async (fixture, page) => {
    const unionid = await fixture.account("图片群发");
    const reader = await fixture.member();
    await operator(fixture, page, [`sender:${unionid}`], `/console/pictures?account=${unionid}`);
    await page.setInputFiles("#picture", [{ name: "红.png", mimeType: "image/png", buffer: png(64, 36) }, { name: "蓝.png", mimeType: "image/png", buffer: png(36, 36) }]);
    await page.locator(".upload button").click();
    await page.getByText("共 2 张").waitFor();
    await page.goto(`${fixture.url}/console/drafts?account=${unionid}`);
    await page.getByRole("button", { name: "新建群发" }).click();
    await page.getByRole("link", { name: "图片", exact: true }).click();
    await page.getByRole("button", { name: "从素材库选择" }).click();
    await page.locator(".picker [data-picture]", { hasText: "红.png" }).click();
    await page.getByRole("button", { name: "保存 内容" }).click();
    await page.getByText("已保存。").waitFor();
    assert.deepEqual(await measure(page, ".thread .photo img").then(({ width, height }) => [width, height]), [64, 36]);
    // By keyboard another one.
    await reach(page, "从素材库选择");
    await page.locator(".picker [data-picture]").first().waitFor();
    await reach(page, "蓝.png");
    await reach(page, "保存 内容");
    await page.getByText("已保存。").waitFor();
    assert.equal((await measure(page, ".thread .photo img")).width, 36);
    await page.getByLabel("成员 ID").fill(reader.userid);
    await reach(page, "保存 接收范围");
    await page.getByText("所选 1 人中，1 人将收到").waitFor();
    await page.locator("#send summary").focus();
    await page.keyboard.press("Enter");
    await reach(page, "发送");
    await page.waitForURL(`**/console/sends/${unionid}/*`);
    await page.goto(`${fixture.url}/console/calendar?account=${unionid}`);
    await page.locator(".days .entry", { hasText: "图片" }).waitFor();
    await forgetSession(page);
    await signIn(fixture, page, reader, `/inbox/a/${unionid}`);
    await page.locator(".photo img").waitFor();
  },
  "receivers are added from a file": async (fixture, page) => {
    const unionid = await fixture.account("文件名单");
    const [first, second] = [await fixture.member(), await fixture.member()];
    await operator(fixture, page, [`sender:${unionid}`], "/console/drafts");
    await page.getByRole("button", { name: "新建群发" }).click();
    await page.getByLabel("成员 ID", { exact: true }).fill(first.userid);
    const file = `\uFEFF成员 ID,姓名\r\n${second.userid},员工\r\n"nobody-at-all",无\r\n`;
    await page.getByLabel("从文件加入").setInputFiles({ name: "名单.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
    await page.getByText("已加入的成员 ID: 2").waitFor();
    assert.equal(await page.locator("#users").inputValue(), `${first.userid}\n${second.userid}\nnobody-at-all`);
    await page.getByLabel("从文件加入").setInputFiles({ name: "空.csv", mimeType: "text/csv", buffer: Buffer.from("成员 ID\n") });
    await page.getByText("文件中没有成员 ID").waitFor();
    await page.getByLabel("从文件加入").setInputFiles({ name: "大.csv", mimeType: "text/csv", buffer: Buffer.alloc((1 << 20) + 1, "a\n") });
    await page.getByText("文件中没有成员 ID").waitFor();
    await page.locator('input[name=all][value="0"]').check();
    await page.locator("#receivers button.primary").click();
    await page.getByText("nobody-at-all").first().waitFor();
  },
  "a part of the cover is chosen by mouse": async (fixture, page) => {
    const unionid = await fixture.account("裁剪封面");
    const errors = collectErrors(fixture, page);
    await operator(fixture, page, [`editor:${unionid}`], `/console/articles?account=${unionid}`);
    await page.getByRole("button", { name: "新建文章" }).click();
    const open = page.getByRole("button", { name: "裁剪封面" });
    assert.equal(await open.isVisible(), false, "there is no cover yet");
    await page.setInputFiles("input[name=cover_file]", { name: "图.png", mimeType: "image/png", buffer: png(1600, 1600) });
    await open.click();
    await page.locator("dialog.crop[open]").waitFor();
    await page.waitForFunction(() => document.querySelector(".crop-frame").style.width === "100%" || document.querySelector(".crop-frame").style.width === "100.000%");
    const frame = page.locator(".crop-frame");
    const corner = await page.locator(".crop-corner").boundingBox();
    const stage = await page.locator(".crop-stage").boundingBox();
    const drag = async (from, to) => {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y, { steps: 5 });
      await page.mouse.up();
    };
    // Half as wide, then to the lower right.
    await drag({ x: corner.x + 10, y: corner.y + 10 }, { x: corner.x + 10 - stage.width / 2, y: corner.y + 10 - stage.height / 2 });
    const small = await frame.boundingBox();
    assert.ok(Math.abs(small.width - stage.width / 2) < 4, `${small.width} of ${stage.width}`);
    await drag({ x: small.x + 20, y: small.y + 20 }, { x: small.x + 20 + stage.width, y: small.y + 20 + stage.height });
    await page.getByRole("button", { name: "用作封面" }).click();
    await page.locator("dialog.crop[open]").waitFor({ state: "detached" });
    await page.locator("[data-save-state=saved]").getByText("已保存").waitFor();
    const cut = await measure(page, ".cover-picture");
    assert.ok(Math.abs(cut.width / cut.height - 16 / 9) < 0.02 && Math.abs(cut.width - 800) < 16, JSON.stringify(cut));
    assert.ok(cut.left[2] > 200 && cut.right[2] > 200 && cut.left[0] < 40, `only the bright blue part: ${JSON.stringify(cut)}`);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "裁剪封面");
    // It is a picture of the library, beside the original.
    await page.goto(`${fixture.url}/console/pictures?account=${unionid}`);
    await page.getByText("共 2 张").waitFor();
    assert.deepEqual(errors, []);
  },
  "a part of the cover is chosen by keyboard alone": async (fixture, page) => {
    const unionid = await fixture.account("键盘裁剪");
    await operator(fixture, page, [`editor:${unionid}`], `/console/articles?account=${unionid}`);
    await page.getByRole("button", { name: "新建文章" }).click();
    await page.setInputFiles("input[name=cover_file]", { name: "图.png", mimeType: "image/png", buffer: png(1600, 450) });
    await page.locator(".cover-picture").waitFor();
    await page.locator("input[name=cover_file]").focus();
    await reach(page, "裁剪封面");
    await page.locator("dialog.crop[open]").waitFor();
    await page.waitForFunction(() => document.activeElement.type === "range");
    // 800 by 450 is the largest part; there is room at its sides alone.
    assert.equal(await page.getByLabel("上下位置").isDisabled(), true);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Home");
    await reach(page, "用作封面");
    await page.locator("dialog.crop[open]").waitFor({ state: "detached" });
    await page.locator("[data-save-state=saved]").getByText("已保存").waitFor();
    const cut = await measure(page, ".cover-picture");
    assert.deepEqual([cut.width, cut.height], [800, 450]);
    assert.ok(cut.left[0] > 200 && cut.right[0] > 200 && cut.right[2] < 40 && cut.top[0] < 160, JSON.stringify(cut));
    await page.keyboard.press("Enter");
    await page.locator("dialog.crop[open]").waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "裁剪封面", "Escape returns to the button");
  },
  "what changed between two versions is inserted and removed": async (fixture, page) => {
    const unionid = await fixture.account("版本比较");
    const { id } = await fixture.article(unionid, "运动会", { content: "<h2>通知</h2><p>周六上午九点开始</p><p>第三段</p><p>第四段</p><p>请准时</p>" });
    const change = { article_id: id, title: "秋季运动会", content: "<h2>通知</h2><p>周日上午十点开始</p><p>第三段</p><p>第四段</p><p><b>请准时</b></p><p>带水</p>" };
    await fixture.call("/topapi/material/article/update", { unionid, article: change });
    await operator(fixture, page, [`editor:${unionid}`], `/console/articles/${unionid}/${id}/history`);
    await reach(page, "比较");
    await page.waitForURL("**/compare?*");
    const marks = async (tag) => page.locator(`.difference ${tag}`).allTextContents();
    assert.deepEqual(await marks("ins"), ["秋季", "日", "十", "带水"]);
    assert.deepEqual(await marks("del"), ["六", "九"]);
    assert.deepEqual(await page.locator(".difference .tag").allTextContents(), ["修改", "格式变化", "新增"]);
    for (const [tag, line] of [["ins", "underline"], ["del", "line-through"]]) {
      assert.match(await page.locator(`.difference ${tag}`).first().evaluate((node) => getComputedStyle(node).textDecorationLine), new RegExp(line), "seen without colour");
    }
    const compared = page.url();
    await page.goto(`${fixture.url}/console/articles/${unionid}/${id}/history/1`);
    await page.getByRole("link", { name: "与当前草稿比较" }).click();
    assert.equal(page.url(), compared);
    await page.getByLabel("原版本").selectOption("2");
    await page.getByRole("button", { name: "比较" }).click();
    await page.getByText("两个版本的文字、摘要和封面相同。").waitFor();
    await page.goto(compared);
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      for (const path of [compared, `${fixture.url}/console/articles/${unionid}/${id}/history`, `${fixture.url}/console/articles/${unionid}/${id}/history/2`]) {
        await page.goto(path);
        await check(page, `${path}, ${width} px, ${scheme}`);
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/difference-${path.split("/").at(-1).slice(0, 7)}-${width}.png`, fullPage: true });
      }
    }
  },
  "axe finds nothing on the pages of cards, in the forms of a send and in the crop": async (fixture, page) => {
    const unionid = await fixture.account("内容无障碍");
    const all = [];
    for (let number = 1; number <= 9; number++) all.push(await fixture.article(unionid, number === 2 ? "一个相当长的标题，在窄屏幕上也应该完整地显示出来而不会撑破页面" : `第 ${number} 篇`));
    const card = await fixture.card(unionid, all.slice(0, 3));
    const full = await fixture.card(unionid, all.slice(0, 8));
    await operator(fixture, page, [`editor:${unionid}`, `sender:${unionid}`], `/console/pictures?account=${unionid}`);
    await page.setInputFiles("#picture", { name: "图.png", mimeType: "image/png", buffer: png(900, 900) });
    await page.locator(".upload button").click();
    await page.getByText("共 1 张").waitFor();
    await page.goto(`${fixture.url}/console/drafts?account=${unionid}`);
    await page.getByRole("button", { name: "新建群发" }).click();
    const draft = new URL(page.url()).pathname;
    await page.goto(`${fixture.url}/console/articles?account=${unionid}`);
    await page.getByRole("button", { name: "新建文章" }).click();
    const article = new URL(page.url()).pathname;
    await page.setInputFiles("input[name=cover_file]", { name: "图.png", mimeType: "image/png", buffer: png(900, 900) });
    await page.locator("[data-save-state=saved]").getByText("已保存").waitFor();
    const of = (id) => `/console/cards/${unionid}/${encodeURIComponent(id)}`;
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      const at = `${width} px, ${scheme}, ${english ? "English" : "Chinese"}`;
      const pages = { list: `/console/cards?account=${unionid}`, new: of("new"), card: of(card), full: of(full), articles: `${draft}?kind=articles`, picture: `${draft}?kind=picture`, crop: article };
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(`${fixture.url}${path}`);
        if (name === "crop") {
          await page.locator("cover-crop button").click();
          await page.waitForFunction(() => document.querySelector("dialog.crop[open]")?.contains(document.activeElement));
        }
        await check(page, `${name}, ${at}`);
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}.png`, fullPage: name !== "crop" });
      }
    }
  },
};

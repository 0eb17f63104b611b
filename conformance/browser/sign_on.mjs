// Single sign-on with a real provider of OpenID Connect, which runs in this process.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";
import { check } from "./accessible.mjs";
import { PASSWORD } from "./fixture.mjs";
import { collectErrors, signIn } from "./helpers.mjs";

const CLIENT = "carillon-browser";

// The provider advises its operators there. The results of the tests are on the standard output.
console.info = console.error;

// The groups of each account of the provider.
const groups = new Map();

// Starts the provider. It knows everybody, by any password.
async function provider(fixture) {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const secret = randomBytes(24).toString("hex");
  const oidc = new Provider(issuer, {
    clients: [{
      client_id: CLIENT,
      client_secret: secret,
      redirect_uris: [`${fixture.url}/sign-in/provider/callback`],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      backchannel_logout_uri: `${fixture.url}/sign-in/provider/logout`,
      backchannel_logout_session_required: true,
    }],
    features: { backchannelLogout: { enabled: true } },
    claims: { openid: ["sub"], profile: ["preferred_username", "name", "groups"], email: ["email", "email_verified"] },
    cookies: { keys: [randomBytes(24).toString("hex")] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: `subject of ${id}`, preferred_username: id, name: `姓名 ${id}`, groups: groups.get(id) ?? [], email: `${id}@example.com`, email_verified: true }),
    }),
    pkce: { required: () => true },
    // It refuses addresses of this machine otherwise, where the server of this test is.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  });
  server.on("request", oidc.callback());
  return { issuer, secret, stop: () => new Promise((stopped) => { server.closeAllConnections(); server.close(stopped); }) };
}

const run = (fixture, ...command) => execFileSync(fixture.program, [...command, "--corp", fixture.corp, "--data", fixture.data]);

// Runs a test with an owner who is signed in, and a provider.
const withProvider = (test) => async (fixture, page) => {
  const known = await provider(fixture);
  try {
    await test(fixture, page, known);
  } finally {
    run(fixture, "sign-on", "remove");
    await known.stop();
  }
};

// Fills in the settings as an owner.
async function configure(fixture, page, { issuer, secret }, more = {}) {
  const owner = await fixture.member();
  run(fixture, "operator", "add", owner.userid, "--role", "owner");
  await signIn(fixture, page, owner, "/console/sign-on");
  await page.getByLabel("颁发者地址").fill(issuer);
  await page.getByLabel("客户端 ID").fill(CLIENT);
  await page.getByLabel("客户端密钥").fill(secret);
  await page.getByLabel("按钮上的名称").fill("企业统一认证");
  for (const [label, value] of Object.entries(more)) {
    if (value === true) await page.getByLabel(label).check();
    else await page.getByLabel(label).fill(value);
  }
  await page.locator("#password").fill(PASSWORD);
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("登录服务可以正常连接").waitFor();
  return owner;
}

// Signs in on the pages of the provider, and allows it to tell this server.
async function atProvider(page, { issuer }, login) {
  await page.waitForURL(`${issuer}/**`);
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill("any");
  await page.locator('button[type="submit"]').click();
  await page.getByRole("button", { name: "Continue" }).click();
}

export const signOn = {
  "a member signs in by the provider, and out of both": withProvider(async (fixture, page, known) => {
    const member = await fixture.member();
    const context = await page.context().browser().newContext({ locale: "zh-CN" });
    await configure(fixture, await context.newPage(), known);
    await context.close();
    const errors = collectErrors({ url: fixture.url }, page);
    await page.goto(`${fixture.url}/me`);
    assert.deepEqual(errors, []);
    await page.getByRole("link", { name: "企业统一认证" }).click();
    await atProvider(page, known, member.userid);
    await page.waitForURL(`${fixture.url}/me`);
    await page.getByText(member.userid).first().waitFor();
    await page.goto(`${fixture.url}/inbox`);
    await page.locator('form[action="/sign-out"] button').first().click();
    await page.getByRole("heading", { name: "你已退出" }).waitFor();
    await page.goBack();
    await page.waitForURL(/sign-in|\/o\//);
    await page.goForward();
    await page.getByRole("link", { name: "同时退出" }).click();
    await page.waitForURL(`${known.issuer}/**`);
    await page.getByText("Do you want to sign-out").waitFor();
  }),

  "groups of the provider open the console to a new member": withProvider(async (fixture, page, known) => {
    const context = await page.context().browser().newContext({ locale: "zh-CN" });
    const lines = { "用户组所在的声明": "groups", "每行一条": "newsroom=editor", "不在通讯录中的人": true };
    await configure(fixture, await context.newPage(), known, lines);
    await context.close();
    const login = `new${randomBytes(4).toString("hex")}`;
    groups.set(login, ["newsroom"]);
    await page.goto(`${fixture.url}/console`);
    await page.getByRole("link", { name: "企业统一认证" }).click();
    await atProvider(page, known, login);
    await page.waitForURL(`${fixture.url}/console`);
    const sections = page.getByRole("navigation", { name: "管理后台导航" });
    if (!(await sections.isVisible())) await page.getByRole("button", { name: "菜单" }).click();
    await sections.getByRole("link", { name: "文章" }).waitFor();
    assert.equal(await sections.getByRole("link", { name: "调用记录" }).count(), 0);
  }),

  "a secret needs a confirmation at the provider, by the same person": withProvider(async (fixture, page, known) => {
    const context = await page.context().browser().newContext({ locale: "zh-CN" });
    await configure(fixture, await context.newPage(), known, { "用户组所在的声明": "groups", "每行一条": "it=owner", "不在通讯录中的人": true });
    await context.close();
    const [login, other] = [0, 0].map(() => `it${randomBytes(4).toString("hex")}`);
    groups.set(login, ["it"]);
    groups.set(other, ["it"]);
    await page.goto(`${fixture.url}/console/apps`);
    await page.getByRole("link", { name: "企业统一认证" }).click();
    await atProvider(page, known, login);
    await page.waitForURL(`${fixture.url}/console/apps`);
    assert.equal(await page.locator('input[type="password"]').count(), 0, "the member has none");
    for (const [who, arrives] of [[other, false], [login, true]]) {
      // As on another machine: the provider ends the session of whom somebody else replaces, and says so.
      await page.context().clearCookies({ name: /^_session/ });
      await page.goto(`${fixture.url}/console/apps`);
      await page.getByRole("link", { name: "去确认" }).click();
      await page.waitForURL(`${known.issuer}/**`);
      await page.locator('input[name="login"]').fill(who);
      await page.locator('input[name="password"]').fill("any");
      await page.locator('button[type="submit"]').click();
      const allow = page.getByRole("button", { name: "Continue" });
      const back = arrives ? page.getByRole("heading", { name: "应用", exact: true }) : page.getByRole("heading", { name: "没有确认你的身份" });
      await allow.or(back).first().waitFor();
      if (await allow.isVisible()) await allow.click();
      await back.waitFor();
    }
    assert.equal(await page.getByRole("link", { name: "去确认" }).count(), 0);
    await page.getByLabel("名称").fill("由登录服务确认");
    await page.getByRole("button", { name: "创建" }).click();
    await page.getByText("Client Secret").first().waitFor();
  }),

  "who cancels at the provider comes back and reads why": withProvider(async (fixture, page, known) => {
    const context = await page.context().browser().newContext({ locale: "zh-CN" });
    await configure(fixture, await context.newPage(), known);
    await context.close();
    await page.goto(`${fixture.url}/inbox`);
    await page.getByRole("link", { name: "企业统一认证" }).click();
    await page.waitForURL(`${known.issuer}/**`);
    await page.getByRole("link", { name: "Cancel" }).click();
    await page.getByText("登录服务没有允许这次登录").waitFor();
    await page.getByLabel("用户 ID").waitFor();
  }),

  "a sign-out at the provider ends the session here": withProvider(async (fixture, page, known) => {
    const member = await fixture.member();
    const context = await page.context().browser().newContext({ locale: "zh-CN" });
    await configure(fixture, await context.newPage(), known);
    await context.close();
    await page.goto(`${fixture.url}/me`);
    await page.getByRole("link", { name: "企业统一认证" }).click();
    await atProvider(page, known, member.userid);
    await page.waitForURL(`${fixture.url}/me`);
    // In another tab, at the provider alone.
    const tab = await page.context().newPage();
    await tab.goto(`${known.issuer}/session/end`);
    await tab.getByRole("button", { name: "Yes, sign me out" }).click();
    await tab.getByText("Sign-out Success").waitFor();
    await page.goto(`${fixture.url}/me`);
    await page.waitForURL(/sign-in|\/o\//);
    await page.getByRole("link", { name: "企业统一认证" }).waitFor();
  }),

  "axe finds nothing, in both languages": withProvider(async (fixture, page, known) => {
    await configure(fixture, page, known);
    for (const { scheme, english } of [{ scheme: "light", english: false }, { scheme: "dark", english: true }]) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const path of ["/console/sign-on", "/console/sign-on?done=saved", "/sign-in", "/sign-out/done?organisation="]) {
        await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=${encodeURIComponent(path)}`);
        await check(page, `${path} ${english ? "en" : "zh"}`);
      }
    }
  }),
};

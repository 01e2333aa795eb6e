import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { makeFolder } from "../../helpers/folder.js";
import { createScope, startHttp, type Http } from "../../helpers/http.js";

const scope = createScope();
let http: Http;
test.before(async () => {
  const folder = await makeFolder(scope.t);
  const pages = join(folder, "public");
  await mkdir(join(pages, "assets"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "secret");
  await writeFile(join(pages, "index.html"), "<!doctype html>the page");
  await writeFile(join(pages, "icon.svg"), "<svg/>");
  await writeFile(join(pages, "assets", "index-Dk3_x-9Q.js"), "go()");
  http = await startHttp(scope.t, { pages });
});
test.after.always(() => scope.end());

test("the lobby, the recordings and every room are the page, asked for anew each time", async (t) => {
  for (const path of [
    "/",
    "/?name=Ann",
    "/recordings",
    "/r/room",
    "/r/A_b-9?autojoin=1",
  ]) {
    const { status, headers, text } = await http.call("GET", path);
    t.is(status, 200);
    t.is(headers["content-type"], "text/html; charset=utf-8");
    t.is(headers["cache-control"], "no-cache");
    t.is(text, "<!doctype html>the page");
  }
  const { headers } = await http.call("GET", "/");
  const again = { headers: { "if-none-match": headers.etag ?? "" } };
  t.like(await http.call("GET", "/", again), { status: 304, text: "" });
  t.like(await http.call("HEAD", "/"), { status: 200, text: "" });
});

test("what has its content in its name is kept for good", async (t) => {
  const { headers, text } = await http.call("GET", "/assets/index-Dk3_x-9Q.js");
  t.is(text, "go()");
  t.regex(headers["content-type"] ?? "", /javascript/);
  t.is(headers["cache-control"], "public, max-age=31536000, immutable");
  const icon = await http.call("GET", "/icon.svg");
  t.is(icon.headers["content-type"], "image/svg+xml");
  t.is(icon.headers["cache-control"], "no-cache");
});

test("nothing outside the built page can be reached", async (t) => {
  for (const path of [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/assets/../../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets",
    "/assets/",
    "/index.html/",
    "/.gitignore",
  ]) {
    const { status, text } = await http.call("GET", path);
    t.is(status, 404, path);
    t.notRegex(text, /secret/);
  }
});

test("the page may use the devices, and nothing of others", async (t) => {
  const { headers } = await http.call("GET", "/");
  const policy = headers["content-security-policy"] ?? "";
  t.regex(policy, /default-src 'self'/);
  t.regex(policy, /connect-src 'self' ws: wss:/);
  t.regex(policy, /media-src 'self' blob:/);
  t.notRegex(policy, /unsafe|upgrade-insecure/);
  for (const feature of ["camera", "microphone", "display-capture"])
    t.true(headers["permissions-policy"]?.includes(`${feature}=(self)`));
  t.is(headers["x-content-type-options"], "nosniff");
  t.is(headers["strict-transport-security"], undefined);
});

test("a page that is not built is said so, and the rest works", async (t) => {
  const other = await startHttp(t);
  for (const path of ["/", "/r/room"]) {
    const { status, json } = await other.call("GET", path);
    t.is(status, 503);
    t.regex(json.error.message, /npm run build/);
  }
  t.is((await other.call("GET", "/v1/rooms")).status, 200);
});

import test from "ava";
import { createHosts, isHostRange, plainAddress } from "../../mixer/hosts.js";

for (const text of [
  "*",
  "10.0.0.1",
  "10.0.0.0/8",
  "::1",
  "fd00::/8",
  "0.0.0.0/0",
])
  test(`${text} is a range`, (t) => t.true(isHostRange(text)));

for (const text of [
  "",
  "x",
  "10.0.0.0/33",
  "10.0.0.0/",
  "10.0.0/8",
  "::/129",
  "1.2.3.4/a",
  "localhost",
])
  test(`"${text}" is none`, (t) => t.false(isHostRange(text)));

test("only what is in a range is allowed", (t) => {
  const isAllowed = createHosts(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);
  for (const address of ["127.0.0.1", "10.9.8.7", "fd00::5"])
    t.true(isAllowed(address), address);
  for (const address of ["127.0.0.2", "11.0.0.1", "fe80::1", "::1"])
    t.false(isAllowed(address), address);
  t.false(createHosts([])("127.0.0.1"));
  t.true(createHosts(["*"])("8.8.8.8"));
});

test("IPv4 in IPv6 is IPv4", (t) => {
  t.is(plainAddress("::ffff:10.0.0.1"), "10.0.0.1");
  t.is(plainAddress("fd00::1"), "fd00::1");
});

// The verifier: strings in, values out, an Error where something does not hold. It runs in a browser
// and in Node as it stands. Formats: docs/record-format.md; sources are named there.
"use strict";
const TYPE = "application/vnd.edgekit.record.v1+json";
const MAX_INTEGER = 2 ** 53 - 1;
const ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551n;
const ED25519_DER = "302a300506032b6570032100";
const P256_DER = "3059301306072a8648ce3d020106082a8648ce3d030107034200";

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const joined = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
};
const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const sha256 = async (...parts) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
function refuse(why) { throw new Error(why); }

function fromBase64(text) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    refuse("not standard base64");
  }
  const binary = atob(text);
  if (btoa(binary) !== text) refuse("base64 in another than its one spelling");
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

async function readKey(pem) {
  const body = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem);
  if (!body) refuse("expected a public key in PEM");
  const der = fromBase64(body[1].replace(/\s/g, ""));
  const edwards = hex(der).startsWith(ED25519_DER) && der.length === 44;
  if (!edwards && !(hex(der).startsWith(P256_DER) && der.length === 91)) {
    refuse("expected an Ed25519 or a P-256 public key");
  }
  return makeKey(edwards, der.slice(edwards ? 12 : 26), der);
}

async function makeKey(edwards, raw, der) {
  const algorithm = edwards ? { name: "Ed25519" } : { name: "ECDSA", namedCurve: "P-256" };
  const use = await crypto.subtle.importKey("raw", raw, algorithm, false, ["verify"]);
  return { edwards, raw, der, use, id: hex((await sha256(raw)).slice(0, 8)) };
}

async function requireSignature(key, signature, data) {
  const algorithm = key.edwards ? { name: "Ed25519" } : { name: "ECDSA", hash: "SHA-256" };
  const bytes = key.edwards ? signature : fixed(signature);
  if (!(await crypto.subtle.verify(algorithm, key.use, bytes, data))) {
    refuse(`the signature of key ${key.id} does not fit: altered since, or signed by another key`);
  }
}

function fixed(der) {
  // ECDSA-Sig-Value, strictly (X.690), with s in the lower half: one spelling.
  const number = (at) => {
    const length = der[at + 1];
    const body = der.slice(at + 2, at + 2 + length);
    const padded = body[0] === 0 && body.length > 1 && body[1] < 128;
    if (der[at] !== 2 || !(length > 0 && length < 34) || body.length !== length || body[0] > 127 || padded) {
      refuse("ES256 signature is no DER");
    }
    return [BigInt("0x" + hex(body)), at + 2 + length];
  };
  if (der[0] !== 0x30 || der[1] !== der.length - 2) refuse("ES256 signature is no DER");
  const [r, next] = number(2);
  const [s, end] = number(next);
  if (end !== der.length || r <= 0n || r >= ORDER || s <= 0n || s > ORDER / 2n) {
    refuse("ES256 signature in another than its one spelling");
  }
  const bytes = (r.toString(16).padStart(64, "0") + s.toString(16).padStart(64, "0")).match(/../g);
  return Uint8Array.from(bytes, (pair) => parseInt(pair, 16));
}

async function verifyRecord(line, key) {
  const form = /^\{"payload":"([^"]*)","payloadType":"application\/vnd\.edgekit\.record\.v1\+json","signatures":\[\{"keyid":"([0-9a-f]{16})","sig":"([^"]*)"\}\]\}\n?$/.exec(line);
  if (!form) refuse("it is not in the one form of a record: one line, canonical, one signature");
  const [, payload, keyId, signature] = form;
  if (keyId !== key.id) refuse(`signed by key ${keyId}: expected key ${key.id}`);
  const bytes = fromBase64(payload);
  const head = utf8(`DSSEv1 ${utf8(TYPE).length} ${TYPE} ${bytes.length} `);
  await requireSignature(key, fromBase64(signature), joined(head, bytes));
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    refuse("the payload is not UTF-8");
  }
  const fields = readFlat(text);
  requireFields(fields);
  if (fields.device !== key.id) refuse(`it says device ${fields.device}, but key ${key.id} signed it`);
  return fields;
}

function readFlat(text) {
  // One flat object; each name once; integers only: JSON.parse alone would let all of these pass.
  const space = "[ \\t\\n\\r]*";
  const string = '"(?:[^"\\\\\\u0000-\\u001f]|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))*"';
  const pair = new RegExp(
    `${space}(${string})${space}:${space}(${string}|-?(?:0|[1-9][0-9]*)|true|false|null)${space}([,}])`, "y");
  const begin = new RegExp(`^${space}\\{`).exec(text);
  if (!begin) refuse("the payload is no JSON object");
  const fields = new Map();
  pair.lastIndex = begin[0].length;
  for (let more = true; more;) {
    const found = pair.exec(text);
    if (!found) refuse("the payload is no flat JSON object of integers, strings, booleans and null");
    const [, name, value, mark] = found;
    if (fields.has(JSON.parse(name))) refuse(`JSON key ${name} given twice`);
    const read = JSON.parse(value);
    if (value === "-0" || (typeof read === "number" && !Number.isSafeInteger(read))) {
      refuse(`JSON number ${value}: expected an integer within 53 bits`);
    }
    fields.set(JSON.parse(name), read);
    more = mark === ",";
    if (!more && !new RegExp(`^${space}$`).test(text.slice(pair.lastIndex))) refuse("more than one JSON value");
  }
  return Object.fromEntries(fields);
}

const KEY_ID = /^[0-9a-f]{16}$/, DIGEST = /^sha256:[0-9a-f]{64}$/;
const METRIC = /^[a-z0-9_-]{1,24}(\.[a-z0-9_-]{1,24}){1,3}$/;
const words = (text) => text.split(" ");
const WORDS = {
  clock: words("synced free none"),
  seal: words("none partial sealed"),
  users: words("own same-uid"),
  source: words("camera network file rendered meters thermal_array microphone"),
  profile: words("sdc-10-5 dp bands home local"),
  status: words("released suppressed gap"),
  quality: words("good degraded blind untold"),
  unit: words("count people people_per_100_m2 wait_s illuminance_lux level_db volume_ml leak_l_per_h et_um "
    + "water_um us_aqi caqi co2_ppm energy_wh occupied_min night_s portions alarms events sensors"),
  event: words("start stop gap authorised pause resume turned confirmed view expired withdrawn pipe correction "
    + "alarm fault cured"),
  reason: words("below_threshold started stopped eye_restarted source_lost source_ended view_covered "
    + "view_moved view_blind stalled no_lease not_authorised paused clock pipe_broken system_down "
    + "below_zero max_dwell closing_time reconciled sensor_fault missing stale stuck dead out_of_range "
    + "unit_flipped jumped drifting clock_back clock_forward meter_swapped meter_reset back_flow"),
};
const TROUBLES = WORDS.reason.slice(WORDS.reason.indexOf("sensor_fault") + 1);
const NOISE = words("epsilon_milli epsilon_day_milli");
const text = (pattern) => (value) => typeof value === "string" && pattern.test(value);
const word = (name) => (value) => WORDS[name].includes(value);
const whole = (low, high) => (value) => Number.isInteger(value) && value >= low && value <= high;
const orNull = (check) => (value) => value === null || check(value);
const HEAD = {
  v: whole(1, 1), sequence: whole(0, MAX_INTEGER), type: text(/^(aggregate|event)$/), device: text(KEY_ID),
  site: text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), boot: text(KEY_ID), clock: word("clock"), seal: word("seal"),
  seal_clerk: word("seal"), seal_herald: word("seal"), users: word("users"), source: word("source"),
  authorisation: text(DIGEST), notice: text(DIGEST), authority: text(/^(self|[0-9a-f]{16})$/),
  software: text(/^[ -~]{1,64}$/), profile: word("profile"), reason: orNull(word("reason")),
};
const SCHEMAS = {
  aggregate: {
    ...HEAD, metric: text(METRIC), status: word("status"), quality: word("quality"),
    window_start_s: whole(0, MAX_INTEGER), window_s: whole(1, 86400),
    uptime_percent: (value) => whole(0, 100)(value) && value % 5 === 0,
  },
  event: {
    ...HEAD, event: word("event"), digest: orNull(text(DIGEST)), metric: orNull(text(METRIC)),
    t_s: whole(0, MAX_INTEGER), count: orNull(whole(0, MAX_INTEGER)),
  },
};

function requireFields(fields) {
  const kind = Object.hasOwn(SCHEMAS, fields.type) ? fields.type : refuse("record type: expected aggregate or event");
  const schema = SCHEMAS[kind];
  const units = kind === "aggregate" ? WORDS.unit.filter((unit) => Object.hasOwn(fields, unit)) : [];
  const noise = units.length && fields.profile === "dp" ? NOISE : [];
  const names = [...Object.keys(schema), ...units, ...noise].sort();
  if (JSON.stringify(names) !== JSON.stringify(Object.keys(fields).sort())) {
    refuse("record has missing or unknown fields");
  }
  for (const [name, check] of Object.entries(schema)) {
    if (!check(fields[name])) refuse(`record ${name} is ${JSON.stringify(fields[name])}: not as it must be`);
  }
  if (kind === "aggregate") requireAgreement(fields, units);
  else requireEvent(fields);
}

function requireAgreement(fields, units) {
  if (units.length !== 1) refuse("record has values under none or several units: expected one");
  const value = fields[units[0]];
  const noisy = fields.profile === "dp" && units[0] === "count";
  if (!orNull(whole(noisy ? -MAX_INTEGER : 0, MAX_INTEGER))(value)) refuse("record value: expected a whole number or null");
  const epsilon = noisy ? whole(1, MAX_INTEGER) : (given) => given === null;
  if (fields.profile === "dp" && !NOISE.every((name) => epsilon(fields[name]))) refuse("record epsilon: of counts alone");
  const released = fields.status === "released";
  if (released !== (value !== null)) refuse(`record is ${fields.status}, but its value says otherwise`);
  if (!released && fields.reason === null) refuse(`record is ${fields.status} without a reason`);
  if (fields.window_start_s % fields.window_s) refuse("record window is off its grid");
}

function requireEvent(fields) {
  const correction = fields.event === "correction";
  const exact = correction && words("home local").includes(fields.profile);
  const fault = words("fault cured").includes(fields.event), names = correction || fault || fields.event === "alarm";
  if (names !== (fields.metric !== null)) refuse("a correction, an alarm and a fault, and nothing else, name a metric");
  if (fault && !TROUBLES.includes(fields.reason)) refuse("a fault that does not say what is wrong");
  if (exact !== (fields.count !== null)) refuse("only a correction under home or local says how many");
}

const NAME = /^[^\s+\u0000-\u001f]+$/;

function readNote(note) {
  const at = note.lastIndexOf("\n\n");
  const lines = note.slice(at + 2).split("\n");
  if (at < 0 || lines.pop() !== "" || lines.length < 1 || lines.length > 64 || note.length > 65536
    || /[\u0000-\u0009\u000b-\u001f]/.test(note)) {
    refuse("note without a text, an empty line and a signature line");
  }
  const marks = lines.map((line) => {
    const [dash, name, mark, more] = line.split(" ");
    if (dash !== "—" || more !== undefined || mark === undefined || !NAME.test(name)) refuse("note signature line");
    const value = fromBase64(mark);
    if (value.length < 5) refuse("note signature too short");
    return { name, id: hex(value.slice(0, 4)), value: value.slice(4) };
  });
  const body = note.slice(0, at + 1);
  const [origin, size, root, end, ...more] = body.split("\n");
  if (end !== "" || more.length) refuse("checkpoint: expected three lines: origin, size, root");
  if (!NAME.test(origin)) refuse("log name: expected no spaces and no plus sign");
  return { body, marks, origin, size: decimal(size), root: hash(root) };
}

function decimal(digits) {
  return /^(0|[1-9][0-9]{0,18})$/.test(digits) ? BigInt(digits) : refuse("expected a decimal without leading zeros");
}

function hash(coded) {
  const bytes = fromBase64(coded);
  return bytes.length === 32 ? bytes : refuse("expected a hash of 32 bytes");
}

async function verifyNote(note, name, key) {
  const read = readNote(note);
  const id = hex((await (key.edwards ? sha256(utf8(`${name}\n\u0001`), key.raw) : sha256(key.der))).slice(0, 4));
  const ours = read.marks.filter((mark) => mark.name === name && mark.id === id);
  if (!ours.length) refuse(`checkpoint carries no signature of ${name} by key ${key.id}`);
  for (const mark of ours) await requireSignature(key, mark.value, utf8(read.body));
  return read;
}

async function cosignedAt(note, vkey) {
  // c2sp.org/tlog-cosignature: null where this witness has not signed, else its time in Unix seconds.
  const [, name, id, material] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey.trim()) ?? refuse("no verifier key");
  const data = fromBase64(material);
  if (data[0] !== 4 || data.length !== 33) refuse("not the key of a witness");
  if (hex((await sha256(utf8(`${name}\n`), data)).slice(0, 4)) !== id) refuse("verifier key was altered");
  const key = await makeKey(true, data.slice(1), null);
  const read = readNote(note);
  let latest = null;
  for (const { value } of read.marks.filter((mark) => mark.name === name && mark.id === id)) {
    if (value.length !== 72 || value[0] > 127) refuse(`co-signature of ${name}: not as it must be`);
    const time = BigInt("0x" + hex(value.slice(0, 8)));
    await requireSignature(key, value.slice(8), utf8(`cosignature/v1\ntime ${time}\n${read.body}`));
    if (latest === null || time > latest) latest = time;
  }
  return latest;
}

async function verifyProof(line, proof, key) {
  const fields = await verifyRecord(line, key);
  const at = proof.indexOf("\n\n");
  const [header, extra, index, ...path] = at < 0 ? [] : proof.slice(0, at).split("\n");
  if (header !== "c2sp.org/tlog-proof@v1" || !extra?.startsWith("extra ") || !index?.startsWith("index ")
    || path.length > 64) {
    refuse("not a log proof: expected c2sp.org/tlog-proof@v1, extra, index, an empty line");
  }
  const note = proof.slice(at + 2);
  const origin = `edgekit/${fields.site}/${fields.device}`;
  const state = await verifyNote(note, origin, key);
  if (state.origin !== origin) refuse(`proof of ${state.origin}, which is not the record's log`);
  const place = decimal(index.slice(6));
  if (place !== BigInt(fields.sequence)) refuse(`record ${fields.sequence} with the proof of ${place}`);
  const commitment = await sha256(hash(extra.slice(6)), utf8(line.replace(/\n$/, "")));
  const leaf = await sha256(Uint8Array.of(0), commitment);
  await requireInclusion(leaf, place, state, path.map(hash));
  return { fields, origin, size: state.size, note };
}

async function requireInclusion(leaf, index, state, path) {
  // RFC 9162 section 2.1.3.2.
  if (index >= state.size) refuse(`leaf ${index} does not exist in a tree of ${state.size}`);
  let [node, last, value] = [index, state.size - 1n, leaf];
  for (const sibling of path) {
    if (last === 0n) refuse("inclusion proof is too long");
    if (node & 1n || node === last) {
      value = await sha256(Uint8Array.of(1), sibling, value);
      while (!(node & 1n) && node) [node, last] = [node >> 1n, last >> 1n];
    } else {
      value = await sha256(Uint8Array.of(1), value, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  if (last !== 0n || !same(value, state.root)) refuse("inclusion proof does not lead to the root");
}

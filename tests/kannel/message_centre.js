// An SMPP message centre with phones behind it, steered by lines of JSON.
//
// It prints {"port": n} first. Then a line in is a text from a phone,
//     {"from": "+51…", "to": "+51…", "parts": ["…"]}   (several parts are one long text)
// or what becomes of the texts that come from now on, {"fate": "DELIVRD" | "UNDELIV" | null},
// and a line out is what it was handed: {"id", "from", "to", "text", "coding", "udh", "receipt"}.
"use strict";

const smpp = require(process.argv[2]);
const readline = require("node:readline");

const GSM = 0x00;
const UCS2 = 0x08;
const HAS_HEADER = 0x40;
const IS_RECEIPT = 0x04;
const WANTS_RECEIPT = 0x01;
const INTERNATIONAL = 1;
const TELEPHONE = 1;

const sessions = new Set();
let fate = "DELIVRD";
let texts = 0;

function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function deliver(fields) {
  for (const session of sessions) {
    session.deliver_sm({
      source_addr_ton: INTERNATIONAL,
      source_addr_npi: TELEPHONE,
      dest_addr_ton: INTERNATIONAL,
      dest_addr_npi: TELEPHONE,
      ...fields,
    });
    return;
  }
}

function bare(number) {
  return number.replace(/^\+/, "");
}

function fromPhone({ from, to, parts, gsm }) {
  texts += 1;
  parts.forEach((part, index) => {
    const header = Buffer.from([5, 0, 3, texts % 256, parts.length, index + 1]);
    const short = { message: part };
    if (parts.length > 1) short.udh = header;
    deliver({
      source_addr: bare(from),
      destination_addr: bare(to),
      data_coding: gsm ? GSM : UCS2,
      esm_class: parts.length > 1 ? HAS_HEADER : 0,
      short_message: short,
    });
  });
}

function receipt(pdu, id, state) {
  const words = `id:${id} sub:001 dlvrd:001 submit date:2611220800 done date:2611220800 ` +
    `stat:${state} err:000 text:`;
  deliver({
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: IS_RECEIPT,
    data_coding: GSM,
    short_message: words,
    receipted_message_id: id,
    message_state: state === "DELIVRD" ? 2 : 5,
  });
}

const server = smpp.createServer((session) => {
  const bind = (pdu) => {
    session.send(pdu.response({ system_id: "centre" }));
    sessions.add(session);
  };
  ["bind_transceiver", "bind_receiver", "bind_transmitter"].forEach((name) => session.on(name, bind));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response()));
  session.on("close", () => sessions.delete(session));
  session.on("error", () => sessions.delete(session));
  session.on("submit_sm", (pdu) => {
    texts += 1;
    const id = `${Date.now()}${texts}`;
    session.send(pdu.response({ message_id: id }));
    say({
      id,
      from: pdu.source_addr,
      to: pdu.destination_addr,
      text: pdu.short_message.message,
      coding: pdu.data_coding,
      udh: pdu.short_message.udh ? pdu.short_message.udh.map((each) => each.toString("hex")) : [],
      receipt: (pdu.registered_delivery & WANTS_RECEIPT) !== 0,
    });
    if (fate && pdu.registered_delivery & WANTS_RECEIPT) receipt(pdu, id, fate);
  });
});

server.listen(0, "127.0.0.1", () => say({ port: server.address().port }));

readline.createInterface({ input: process.stdin })
  .on("line", (line) => {
    const order = JSON.parse(line);
    if ("fate" in order) fate = order.fate;
    else fromPhone(order);
  })
  .on("close", () => process.exit(0));

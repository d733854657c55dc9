// What the page knows: people, chats with their entries, deliveries, calls, trouble, and what is selected.
// Panels subscribe with on(); nothing here touches the document.

const KEPT_TRAFFIC = 500;

export const world = {
  bot: { displayName: "bot" },
  callback: "",
  users: new Map(),
  chats: new Map(),
  richMenus: new Map(),
  deliveries: new Map(),
  calls: new Map(),
  trouble: { mode: "none" },
  selected: null,
};

const speakers = new Map(); // chat id -> user id, where a person chose one
const unread = new Map(); // chat id -> number of messages of others
const latestOfEvent = new Map(); // webhook event id -> delivery id
const listeners = new Map();

export function on(name, listener) {
  listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

export function emit(name, detail) {
  for (const listener of listeners.get(name) ?? []) listener(detail);
}

// Reading

export const chat = () => world.chats.get(world.selected);

export function speaker(of = chat()) {
  const chosen = speakers.get(of.id);
  return of.members.includes(chosen) ? chosen : of.members[0];
}

export const userName = (id) => world.users.get(id)?.name ?? id;

export const nameOf = (from) => (from === "bot" ? world.bot.displayName : userName(from));

export const lastEntry = (of) => of.entries.at(-1);

export const unreadIn = (id) => unread.get(id) ?? 0;

export const entryById = (of, id) => of.entries.find((entry) => entry.id === id);

/** How a test or an address names a chat or a person: "alice", or "family" for the group "家族 Family". */
export const slug = ({ name }) => (name.match(/(?:^|\s)([a-z0-9][\w .-]*)$/i)?.[1] ?? name).toLowerCase();

/** The newest delivery of the event behind an entry, redeliveries included. */
export function deliveryOf(entry) {
  const first = world.deliveries.get(entry.delivery);
  return first && (world.deliveries.get(latestOfEvent.get(first.eventIds[0])) ?? first);
}

// Changing

export function loadState(state) {
  world.bot = state.bot;
  world.callback = state.callback;
  world.trouble = state.trouble;
  world.users = new Map(state.users.map((user) => [user.userId, user]));
  world.chats = new Map(state.chats.map((one) => [one.id, one]));
  world.richMenus = new Map(state.richMenus.map((menu) => [menu.richMenuId, menu]));
  world.deliveries = new Map();
  latestOfEvent.clear();
  state.deliveries.forEach(keepDelivery);
  world.calls = new Map(state.calls.map((call) => [call.id, call]));
  for (const one of state.chats) if (!one.entries.length) unread.delete(one.id);
  if (!world.chats.has(world.selected)) world.selected = firstChoice();
  emit("state");
}

/** As the address says: "#alice", or "#family/bob" for who looks at a group as Bob. */
function firstChoice() {
  const chats = [...world.chats.values()];
  const [where, who] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const found = chats.find((one) => slug(one) === where) ?? chats[0];
  const as = found.members.find((id) => slug(world.users.get(id)) === who);
  if (as) speakers.set(found.id, as);
  return found.id;
}

function writeAddress() {
  const who = chat().kind === "user" ? [] : [slug(world.users.get(speaker()))];
  history.replaceState(null, "", `#${[slug(chat()), ...who].map(encodeURIComponent).join("/")}`);
}

export function select(id) {
  world.selected = id;
  unread.delete(id);
  writeAddress();
  emit("selection");
}

export function speakAs(userId) {
  speakers.set(world.selected, userId);
  writeAddress();
  emit("speaker");
}

/** `forgotten` is how many entries of the chat the simulator has forgotten so far; the page forgets the same. */
function keepEntry(chatId, entry, forgotten) {
  const of = world.chats.get(chatId);
  if (!of || forgotten < of.forgotten) return; // older than the state that was fetched meanwhile
  const index = of.entries.findLastIndex((one) => one.id === entry.id);
  if (index >= 0) of.entries[index] = entry;
  else addEntry(of, entry);
  of.entries.splice(0, forgotten - of.forgotten);
  of.forgotten = forgotten;
  emit("entry", { chatId, entry, isNew: index < 0 });
}

function addEntry(of, entry) {
  of.entries.push(entry);
  if (entry.from !== speaker(of) && of.id !== world.selected) unread.set(of.id, unreadIn(of.id) + 1);
}

function keepDelivery(delivery) {
  const forgotten = keep(world.deliveries, delivery);
  forgotten?.eventIds.forEach((id) => latestOfEvent.delete(id));
  for (const id of delivery.eventIds.filter(Boolean)) latestOfEvent.set(id, delivery.id); // raw events may have none
}

function keep(map, item) {
  map.set(item.id, item);
  if (map.size <= KEPT_TRAFFIC) return null;
  const oldest = map.values().next().value;
  map.delete(oldest.id);
  return oldest;
}

/** What each kind of message on the stream does here. */
export const heard = {
  entry: ({ chat: chatId, entry, forgotten }) => keepEntry(chatId, entry, forgotten),
  delivery: ({ delivery }) => {
    const known = world.deliveries.has(delivery.id);
    if (known) world.deliveries.set(delivery.id, delivery);
    else keepDelivery(delivery);
    emit("delivery", delivery);
  },
  call: ({ call }) => {
    keep(world.calls, call);
    emit("call", call);
  },
  typing: (message) => emit("typing", message),
};

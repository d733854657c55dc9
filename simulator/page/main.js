// Starts the page: words and icons first, then each panel, then the stream. The state is fetched on every
// (re)connection and whenever the stream says so; what arrives meanwhile waits, so that none of it is lost.

import { fetchState, listen } from "./api.js";
import { setLost, startBanners } from "./banners.js";
import { startComposer } from "./composer.js";
import { startHeader } from "./header.js";
import { placeIcons } from "./icons.js";
import { applyLanguage, offerLanguages } from "./language.js";
import { startLog } from "./log.js";
import { startMenu } from "./menu.js";
import { startPeople } from "./people.js";
import { startQuickReplies } from "./quickreplies.js";
import { startRichMenu } from "./richmenu.js";
import { emit, heard, loadState, world } from "./store.js";
import { startTraffic } from "./traffic.js";
import { startTrouble } from "./trouble.js";
import { startViews } from "./views.js";

let waiting = null; // messages of the stream that came while the state was being fetched
let stale = false; // whether the state changed meanwhile

async function refresh() {
  stale = Boolean(waiting);
  if (waiting) return;
  waiting = [];
  const state = await fetchState().catch(() => null);
  const arrived = waiting;
  waiting = null;
  setLost(!state);
  if (!state) return;
  loadState(state);
  arrived.forEach(take);
  if (stale) refresh();
}

function take(message) {
  if (message.type === "state") refresh();
  else if (waiting) waiting.push(message);
  else heard[message.type]?.(message);
}

function relabel() {
  applyLanguage();
  if (world.selected) emit("language");
}

placeIcons();
offerLanguages(relabel);
applyLanguage();
for (const start of [
  startBanners,
  startTrouble,
  startPeople,
  startHeader,
  startLog,
  startQuickReplies,
  startComposer,
  startRichMenu,
  startTraffic,
  startMenu,
  startViews,
])
  start();
listen({ opened: refresh, lost: () => setLost(true), heard: take });

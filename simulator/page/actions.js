// What a tap does: LINE's action objects, from quick replies, templates, Flex and rich menus alike. A table from
// action type to what happens.

import { send } from "./api.js";
import { fillComposer } from "./composer.js";
import { askMoment } from "./dialogs.js";
import { el } from "./dom.js";
import { t } from "./language.js";
import { emit, speaker, world } from "./store.js";
import { toast } from "./toasts.js";

const OPENABLE = /^(https?|line|tel):/i; // what LINE lets a uri action hold

const tapper = (chatId) => ({ chat: chatId, from: speaker(world.chats.get(chatId)) });

const media = (kind) => (action, chatId) => send("media", { ...tapper(chatId), kind });

const runners = {
  message: (action, chatId) => send("say", { ...tapper(chatId), text: action.text ?? action.label }),
  postback,
  datetimepicker: pickMoment,
  richmenuswitch: switchMenu,
  clipboard: copy,
  camera: media("image"),
  cameraRoll: media("image"),
  location: media("location"),
  uri: (action) => toast(t("badLink", { uri: action.uri })), // links that open are <a>, see tapTarget
};

function postback(action, chatId) {
  const { data, displayText, text, inputOption, fillInText } = action;
  if (text) send("say", { ...tapper(chatId), text });
  send("postback", { ...tapper(chatId), data, displayText });
  inputOptions[inputOption]?.(fillInText);
}

const inputOptions = {
  openKeyboard: fillComposer,
  openRichMenu: () => emit("richmenu", true),
  closeRichMenu: () => emit("richmenu", false),
};

/** Who taps a tab of an open menu sees the next one open, whatever its own wish. */
function switchMenu({ data, richMenuAliasId }, chatId) {
  emit("richmenu", true);
  send("postback", { ...tapper(chatId), data, params: { newRichMenuAliasId: richMenuAliasId } });
}

async function pickMoment(action, chatId) {
  const moment = await askMoment(action);
  if (moment) send("postback", { ...tapper(chatId), data: action.data, params: { [action.mode]: moment } });
}

async function copy(action) {
  try {
    await navigator.clipboard.writeText(action.clipboardText);
    toast(t("copied"));
  } catch {
    toast(t("notCopied", { text: action.clipboardText }));
  }
}

function run(action, chatId) {
  const runner = runners[action.type];
  if (runner) runner(action, chatId);
  else toast(t("badAction", { type: action.type }));
}

/** A real link for what opens, a real button for everything else. `then` runs after the tap. */
export function tapTarget(action, chatId, props, children, then = () => {}) {
  if (action.type === "uri" && OPENABLE.test(action.uri)) {
    const link = { href: action.uri, target: "_blank", rel: "noopener noreferrer", on: { click: then } };
    return el("a", { ...props, ...link }, children);
  }
  const click = () => {
    run(action, chatId);
    then();
  };
  return el("button", { ...props, type: "button", on: { click } }, children);
}

// Talking to the simulator's control API: post() asks for something, send() also tells the person when it was
// refused, listen() keeps the event stream open. Nothing here knows what the page looks like.

import { t } from "./language.js";
import { toast } from "./toasts.js";

const RETRY_MS = 2000;

export async function post(path, body) {
  const response = await fetch(`/simulator/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

/** The answer, or null when the simulator refused (the person has then been told why). */
export async function send(path, body) {
  try {
    return await post(path, body);
  } catch (error) {
    toast(error instanceof TypeError ? t("banner.lost") : error.message); // fetch throws TypeError when nobody answers
    return null;
  }
}

export async function fetchState() {
  const response = await fetch("/simulator/state");
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

/** Calls opened() on every (re)connection, lost() on every break, heard(message) in between. */
export function listen({ opened, lost, heard }) {
  const stream = new EventSource("/simulator/stream");
  stream.onopen = opened;
  stream.onmessage = (event) => heard(JSON.parse(event.data));
  stream.onerror = () => {
    lost();
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen({ opened, lost, heard }), RETRY_MS);
  };
}

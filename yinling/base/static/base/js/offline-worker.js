// Keeps the empty pages of offline forms and the static files, so that they open without signal. Never a page with a person's data.
"use strict";
const STORE = "yinling-shells-1";
const SHELLS = new Set(self.YINLING_SHELLS || []);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(STORE));
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("yinling-shells-") && name !== STORE) await caches.delete(name);
    await self.clients.claim();
    for (const address of SHELLS) await fresh(new Request(address, { credentials: "same-origin", redirect: "manual" })).catch(() => {});
  })());
});

const fresh = async (request) => {
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected) {
    const store = await caches.open(STORE);
    await store.put(new URL(request.url).pathname, answer.clone());
    // The page's own scripts and styles came before this worker did: fetch them once more, through it.
    const found = (await answer.clone().text()).matchAll(/(?:src|href)="(\/static\/[^"]+)"/g);
    for (const [, part] of found) if (!(await store.match(part))) await store.add(part).catch(() => {});
  }
  return answer;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (SHELLS.has(url.pathname) && request.mode === "navigate") {
    event.respondWith(fresh(request).catch(async () => (await caches.match(url.pathname)) || Response.error()));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith((async () => {
      const kept = await caches.match(url.pathname);
      if (kept && /\.[0-9a-f]{12}\./.test(url.pathname)) return kept;
      try {
        const answer = await fetch(request);
        if (answer.ok) (await caches.open(STORE)).put(url.pathname, answer.clone());
        return answer;
      } catch (error) {
        if (kept) return kept;
        throw error;
      }
    })());
  }
});

/** The stream of events, one for the page. It is opened for the first who listens, and closed when nobody does any more. */
const stream = (() => {
  const listeners = new Set();
  const offline = document.getElementById("offline");
  let source, noticeTimer, retryTimer, pause = 2000;
  const connect = () => {
    clearTimeout(retryTimer);
    source?.close();
    source = new EventSource("/inbox/events");
    source.onopen = () => {
      pause = 2000;
      clearTimeout(noticeTimer);
      noticeTimer = undefined;
      offline.hidden = true;
      for (const listener of listeners) listener.opened?.();
    };
    source.onerror = () => {
      noticeTimer ??= setTimeout(() => { offline.hidden = false; }, 4000);
      // A broken connection is retried by the browser; a refused one is not.
      if (source.readyState === EventSource.CLOSED) {
        retryTimer = setTimeout(connect, pause);
        pause = Math.min(pause * 2, 60_000);
      }
    };
    for (const name of ["sent", "recalled", "read"]) {
      source.addEventListener(name, (event) => {
        const data = JSON.parse(event.data);
        for (const listener of listeners) listener[name]?.(data);
      });
    }
  };
  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(retryTimer);
    clearTimeout(noticeTimer);
    noticeTimer = undefined;
  };
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted && listeners.size) connect(); });
  addEventListener("offline", () => { if (listeners.size) offline.hidden = false; });
  addEventListener("online", () => { if (listeners.size) connect(); });
  return {
    /** Calls the functions of an object by the names of events, and `opened` at each start, for what happened in between. */
    listen(listener, signal) {
      listeners.add(listener);
      signal.addEventListener("abort", () => { listeners.delete(listener); if (!listeners.size) close(); });
      if (!source) connect(); else if (source.readyState === EventSource.OPEN) listener.opened?.();
    },
  };
})();

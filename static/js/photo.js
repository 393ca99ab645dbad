// The form works without this file: it then sends the photo in one piece. With it, the photo is made smaller on the phone
// (which also takes out where it was taken) and sent in pieces, which go on where they stopped when the line comes back.
(function () {
  "use strict";
  var form = document.querySelector("form[data-photo]");
  if (!form || !window.fetch || !window.crypto || !crypto.subtle || !window.AbortController) {
    return;
  }
  var inputs = Array.from(form.querySelectorAll("input[type=file]")); // the camera, and what is on the phone already
  var input = inputs[0];
  var button = form.querySelector("button[type=submit]");
  var bar = form.querySelector("[data-photo-bar]");
  var progress = bar.querySelector("progress");
  var status = form.querySelector("[data-photo-status]");
  var failure = form.querySelector("[data-photo-error]");
  var words = form.dataset;
  var token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  var LONGEST_WAIT = 30000, PATIENCE = 90000, MOST_TRIES = 60;
  var isBusy = false;

  class Refused extends Error {}

  function say(text) {
    if (status.textContent !== text) {
      status.textContent = text;
    }
  }

  function fail(text) {
    failure.textContent = text;
    failure.hidden = false;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", failure.id);
    input.focus();
  }

  function show(part, whole) {
    var percent = Math.floor((part / whole) * 100);
    progress.value = percent;
    // Spoken every quarter only: a screen reader would otherwise read numbers without end.
    say(words.sending.replace("{percent}", Math.floor(percent / 25) * 25));
  }

  function pause(tries) {
    return new Promise(function (resolve) {
      var timer = setTimeout(done, Math.min(LONGEST_WAIT, 1000 * Math.pow(2, Math.min(tries, 5))));
      function done() {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      }
      window.addEventListener("online", done);
    });
  }

  async function smaller(file) {
    var bitmap;
    if (!window.createImageBitmap) {
      return file;
    }
    try {
      bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch (error) {
      return file; // no picture, or an old browser: the server looks at it
    }
    var scale = Math.min(1, Number(words.longest) / Math.max(bitmap.width, bitmap.height));
    var canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    var context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    var blob = await new Promise(function (resolve) {
      canvas.toBlob(resolve, "image/jpeg", 0.82);
    });
    return blob || file;
  }

  async function checksum(blob) {
    var digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return Array.from(new Uint8Array(digest), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }

  // One request, repeated until something answers. Returns {code, said}; throws Refused for what repeating cannot change.
  async function ask(url, options) {
    for (var tries = 0; tries < MOST_TRIES; tries += 1) {
      var patience = new AbortController();
      var timer = setTimeout(function () { patience.abort(); }, PATIENCE);
      try {
        var answer = await fetch(url, Object.assign({ redirect: "manual", signal: patience.signal }, options));
        if (answer.type === "opaqueredirect" || answer.status === 403) {
          throw new Refused(words.signedOut);
        }
        if (answer.status < 500) {
          return { code: answer.status, said: await answer.json().catch(function () { return {}; }) };
        }
      } catch (error) {
        if (error instanceof Refused) {
          throw error;
        }
      } finally {
        clearTimeout(timer);
      }
      if (options.once) {
        return { code: 0, said: {} };
      }
      say(words.broken);
      await pause(tries);
    }
    throw new Refused(words.gaveUp);
  }

  function post(url, fields) {
    return ask(url, { method: "POST", body: new URLSearchParams(Object.assign({ csrfmiddlewaretoken: token }, fields)) });
  }

  // A piece is sent once; after a break the server says first how much it has.
  async function sendPieces(upload, blob) {
    var offset = upload.offset, failed = 0;
    while (offset < blob.size) {
      show(offset, blob.size);
      var piece = blob.slice(offset, offset + upload.piece);
      var sent = await ask(upload.url, {
        method: "PUT", body: piece, once: true,
        headers: { "X-CSRFToken": token, "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" }
      });
      if (sent.code !== 200) {
        if (sent.code === 404 || sent.code === 410 || failed >= MOST_TRIES) {
          return false;
        }
        if (sent.code !== 409) {
          say(words.broken);
          await pause(failed);
        }
        failed += 1;
        sent = await ask(upload.url, { method: "GET" });
      } else {
        failed = 0;
      }
      if (typeof sent.said.offset !== "number") {
        return false;
      }
      offset = sent.said.offset;
    }
    show(blob.size, blob.size);
    return true;
  }

  async function send(blob) {
    var about = { size: blob.size, sha256: await checksum(blob) };
    for (var round = 0; round < 3; round += 1) {
      var started = await post(words.start, about);
      if (started.said.state === "kept") {
        return started.said.url;
      }
      if (started.code !== 201) {
        throw new Refused(started.said.message || words.gaveUp);
      }
      if (await sendPieces(started.said, blob)) {
        say(words.looking);
        var instead = form.querySelector("[name=instead_of]");
        var finished = await post(started.said.finish, { instead_of: instead ? instead.value : "" });
        if (finished.said.state === "kept") {
          return finished.said.url;
        }
        if (finished.said.state === "refused") {
          throw new Refused(finished.said.message);
        }
      }
    }
    throw new Refused(words.gaveUp);
  }

  form.addEventListener("submit", async function (event) {
    input = inputs.find(function (one) { return one.files.length; }) || inputs[0];
    var file = input.files[0];
    if (!file || isBusy) {
      if (isBusy) {
        event.preventDefault();
      }
      return;
    }
    event.preventDefault();
    isBusy = true;
    button.setAttribute("aria-disabled", "true");
    failure.hidden = true;
    inputs.forEach(function (one) { one.removeAttribute("aria-invalid"); });
    bar.hidden = false;
    progress.value = 0;
    say(words.preparing);
    try {
      var blob = await smaller(file);
      if (blob.size > Number(words.most)) {
        throw new Refused(words.tooLarge);
      }
      window.location.assign(await send(blob));
    } catch (error) {
      bar.hidden = true;
      say("");
      fail(error instanceof Refused ? error.message : words.gaveUp);
      isBusy = false;
      button.removeAttribute("aria-disabled");
    }
  });
})();

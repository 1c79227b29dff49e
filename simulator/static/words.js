// What the page says, in Spanish and English. The choice stays in this browser.

const WORDS = {
  es: {
    title: "teléfonos de prueba",
    language: "Idioma de esta página",
    intro: "Dos teléfonos sencillos para probar la línea juntos: llame, escuche, marque y hable. " +
      "Aquí ninguna llamada cuesta ni sale de esta computadora. La voz de máquina es un borrador, " +
      "hasta que la comunidad grabe la suya.",
    offline: "Se perdió la conexión con el programa. Se intenta de nuevo…",
    keys: "Con el teclado: los números, * y # marcan; Enter llama o contesta; Esc cuelga; " +
      "Retroceso borra. Manda en el teléfono que usó por última vez.",
    phone: "Teléfono", up: "Arriba", down: "Abajo", call: "Llamar o contestar", hang: "Colgar",
    whom: "Números que puede llamar", dial: "Llamar", own: "Número de este teléfono",
    withheld: "Ocultar mi número", voicemail: "El buzón de voz contesta", sample: "Usar una voz de muestra", volume: "Volumen",
    drop: "Mala señal", wire: "Ver por dentro",
    contacts: "Agenda", messages: "Mensajes", clear: "Borrar", back: "Atrás", write: "Escribir",
    send: "Enviar", answer: "Contestar", reject: "Rechazar", hangUp: "Colgar", callNow: "Llamar",
    ready: "Marque un número o abra la agenda", unread: "mensajes nuevos", unread1: "mensaje nuevo",
    noMessages: "No hay mensajes", noContacts: "La agenda está vacía", to: "Para",
    compose: "Escriba su mensaje", enclose: "Enviar una foto", enclosed: "Con el mensaje", picture: "[foto]", file: "[archivo]", characters: "letras",
    dialling: "Llamando…", ringing: "Llamada entrante", live: "En llamada",
    playing: "Escuche", listening: "Marque una tecla", recording: "Grabando: hable ahora",
    sampling: "Grabando la voz de muestra", handing: "Un momento…", waiting: "Un momento…",
    calling: "Llamando a una persona…", talking: "Conectado: conversan",
    tap: "Toque la pantalla para oír", noMicrophone: "Sin micrófono: voz de muestra",
    ended: "Llamada terminada", busy: "Ocupado", fault: "Falla en la línea",
    unknown: "El número no existe", lost: "Se perdió la señal",
    problem: "No se pudo", queued: "enviando", sent: "enviado", delivered: "entregado",
    received: "enviado", you: "Usted", nothing: "Aquí se verá lo que pasa entre el operador y Rimay.",
    kinds: { dial: "comunica", request: "pide", twiml: "responde", callback: "avisa", status: "estado",
      warning: "ojo", error: "error", info: "teléfono" },
  },
  en: {
    title: "test phones",
    language: "Language of this page",
    intro: "Two simple phones to try the line together: call, listen, press keys and speak. " +
      "No call here costs anything or leaves this computer. The machine's voice is a draft, " +
      "until the community records its own.",
    offline: "The connection to the program was lost. Trying again…",
    keys: "By keyboard: digits, * and # press keys; Enter calls or answers; Esc hangs up; " +
      "Backspace deletes. They act on the phone used last.",
    phone: "Phone", up: "Up", down: "Down", call: "Call or answer", hang: "Hang up",
    whom: "Numbers to call", dial: "Call", own: "Number of this phone",
    withheld: "Withhold my number", voicemail: "Voicemail takes calls", sample: "Use a sample recording", volume: "Volume",
    drop: "Bad signal", wire: "Look inside",
    contacts: "Contacts", messages: "Messages", clear: "Clear", back: "Back", write: "Write",
    send: "Send", answer: "Answer", reject: "Reject", hangUp: "Hang up", callNow: "Call",
    ready: "Dial a number or open the contacts", unread: "new messages", unread1: "new message",
    noMessages: "No messages", noContacts: "No contacts", to: "To",
    compose: "Write your message", enclose: "Send a picture", enclosed: "With the text", picture: "[picture]", file: "[file]", characters: "letters",
    dialling: "Calling…", ringing: "Incoming call", live: "In a call",
    playing: "Listen", listening: "Press a key", recording: "Recording: speak now",
    sampling: "Recording the sample", handing: "One moment…", waiting: "One moment…",
    calling: "Calling somebody…", talking: "Connected: talking",
    tap: "Tap the screen to hear", noMicrophone: "No microphone: sample recording",
    ended: "Call ended", busy: "Busy", fault: "Fault on the line",
    unknown: "No such number", lost: "Signal lost",
    problem: "Not done", queued: "sending", sent: "sent", delivered: "delivered",
    received: "sent", you: "You", nothing: "What passes between the carrier and Rimay shows here.",
    kinds: { dial: "connects", request: "asks", twiml: "answers", callback: "tells", status: "status",
      warning: "note", error: "error", info: "phone" },
  },
};

let chosen = localStorage.getItem("rimay.language") === "en" ? "en" : "es";

export const language = () => chosen;
export const say = (key) => WORDS[chosen][key] ?? key;

export function choose(wanted) {
  chosen = wanted in WORDS ? wanted : "es";
  localStorage.setItem("rimay.language", chosen);
  translate();
}

export function translate() {
  document.documentElement.lang = chosen;
  document.title = `Rimay · ${say("title")}`;
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = say(one.dataset.t);
  for (const one of document.querySelectorAll("[data-t-label]")) {
    one.setAttribute("aria-label", say(one.dataset.tLabel));
  }
  for (const one of document.querySelectorAll("[data-language]")) {
    one.setAttribute("aria-pressed", String(one.dataset.language === chosen));
  }
}

"""The words around the transcripts: what happens on the way, headings and the legend.

They are for whoever sits round the map; the transcripts are in the language that callers hear.
"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("es", "en")
"""In which the map can be read; the first is used where nothing else is known."""

_WORDS: Mapping[str, tuple[str, str]] = {
    # starts
    "start.called": ("Alguien llama o escribe", "Somebody calls or writes"),
    "start.wrote_much": ("Alguien escribe ya lo que le pasa", "Somebody writes what is wrong"),
    "start.we_called": ("Llamamos para dar la respuesta", "We call to give the answer"),
    "start.we_called_back": ("Devolvemos una llamada", "We call somebody back"),
    "start.we_brought_news": ("Llamamos para dar una noticia", "We call to bring news"),
    "start.before_opening": (
        "Alguien llama antes de abrir la línea, mientras se graba",
        "Somebody calls before the line is open, while it is being recorded",
    ),
    "start.person": ("Tecla 0, o tres silencios", "Key 0, or three silences"),
    "start.quick_exit": ("Tecla 7: salida rápida", "Key 7: quick exit"),
    "start.private": ("Tecla 8: ayuda privada", "Key 8: help in private"),
    "start.menu": ("Palabra MENU", "The word MENU"),
    # effects
    "FindNewsWish.ask": ("aún no se le preguntó", "not asked yet"),
    "FindNewsWish.leave": ("ya se le preguntó", "asked already"),
    "FindSelf.new": ("no la conocemos", "we do not know her"),
    "FindSelf.known": ("sin clave", "without a PIN"),
    "FindSelf.known_with_pin": ("tiene clave", "has a PIN"),
    "FindStanding.none": ("no tiene mensajes", "has no messages"),
    "FindStanding.received": ("recibido", "received"),
    "FindStanding.read": ("alguien lo está viendo", "somebody is looking at it"),
    "FindStanding.answered": ("hay respuesta", "there is an answer"),
    "FindStanding.answered_and_older": ("hay respuesta; hay otro", "an answer; there is another"),
    "CheckPin.ok": ("clave correcta", "right PIN"),
    "CheckPin.wrong": ("clave equivocada", "wrong PIN"),
    "CheckPin.locked": ("clave bloqueada", "PIN locked"),
    "CheckCasePin.ok": ("clave correcta", "right PIN"),
    "CheckCasePin.wrong": ("clave equivocada", "wrong PIN"),
    "CheckCasePin.locked": ("clave bloqueada", "PIN locked"),
    "CheckCasePin.none": ("mensaje sin clave", "message without a PIN"),
    "FindCase.found": ("código correcto", "right code"),
    "FindCase.found_here": ("código de este teléfono", "code of this phone"),
    "FindCase.recording": ("código de grabación", "recording code"),
    "ProveCode.ok": ("código correcto", "right code"),
    "ProveCode.wrong": ("código equivocado", "wrong code"),
    "ProveCode.locked": ("código bloqueado", "code locked"),
    "FindMissing.found": ("falta grabar un mensaje", "a prompt is missing"),
    "FindMissing.passed": ("quedan los que dejó para después", "those left for later remain"),
    "FindMissing.none": ("todo está grabado", "all is recorded"),
    "FindMissing.closed": ("el código ya no vale", "the code holds no longer"),
    "BeginTake.begun": ("habla", "speaks"),
    "BeginTake.closed": ("el código ya no vale", "the code holds no longer"),
    "FindTake.waiting": ("la grabación tarda", "the recording is late"),
    "FindTake.good": ("se escucha bien", "it is good"),
    "FindTake.silent": ("no se escucha", "it is silent"),
    "FindTake.clipped": ("demasiado fuerte", "too loud"),
    "FindTake.too_short": ("demasiado corta", "too short"),
    "FindTake.too_long": ("demasiado larga", "too long"),
    "FindTake.absent": ("no llegó", "it did not arrive"),
    "KeepTake.kept": ("guardada", "kept"),
    "KeepTake.absent": ("ya no está", "is gone"),
    "KeepTake.closed": ("el código ya no vale", "the code holds no longer"),
    "SetPin.kept": ("clave guardada", "PIN kept"),
    "SetPin.taken": ("otra persona usa esa clave", "somebody else has that PIN"),
    "Recognise.ok": ("clave conocida", "PIN known"),
    "Recognise.wrong": ("clave desconocida", "PIN unknown"),
    "Recognise.locked": ("clave bloqueada", "PIN locked"),
    "FindCase.mistyped": ("código mal marcado", "mistyped code"),
    "FindCase.unknown": ("código desconocido", "unknown code"),
    "FindRecording.waiting": ("la grabación tarda", "the recording is late"),
    "FindRecording.kept": ("la grabación está", "the recording is there"),
    "FindRecording.absent": ("no hay grabación", "there is no recording"),
    "FindSurvey.new": ("es la primera vez", "for the first time"),
    "FindSurvey.partial": ("la dejó a medias", "left it half-way"),
    "FindSurvey.done": ("ya la respondió", "answered it already"),
    "WithdrawAnswers.withdrawn": ("se borran sus respuestas", "her answers are deleted"),
    "FindAnswers.found": ("tiene respuestas guardadas", "has answers that are kept"),
    "FindAnswers.none": ("no tiene respuestas", "has no answers"),
    "FindSurvey.closed": ("no hay encuesta abierta", "no survey is open"),
    "FindSurvey.full": ("ya hay bastantes como ella", "enough like her have answered"),
    "OpenResponse.open": ("empieza", "begins"),
    "OpenResponse.done": ("ya la respondió", "answered it already"),
    "OpenResponse.closed": ("la encuesta se cerró", "the survey was closed"),
    "OpenResponse.told": ("nos lo dijo antes", "she told us before"),
    "UseKnown.open": ("sigue", "goes on"),
    "UseKnown.closed": ("la encuesta se cerró", "the survey was closed"),
    "UseKnown.full": ("ya hay bastantes como ella", "enough like her have answered"),
    "RecordAnswer.open": ("sigue", "goes on"),
    "RecordAnswer.skipped": ("se salta preguntas", "questions are skipped"),
    "RecordAnswer.closed": ("la encuesta se cerró", "the survey was closed"),
    "RecordAnswer.full": ("ya hay bastantes como ella", "enough like her have answered"),
    "FindToday.found": ("hay mensajes vigentes", "messages are current"),
    "FindToday.expired": ("todos vencieron", "all have expired"),
    "FindPlaces.found": ("hay otros lugares", "there are other places"),
    "FindPlaces.none": ("no hay otros lugares", "there are no other places"),
    "FindDesignated.open": ("hay mujeres designadas", "women are designated"),
    "FindDesignated.closed": ("no hay nadie designada", "nobody is designated"),
    "SealNumber.kept": ("número guardado bajo llave", "number sealed"),
    "SealNumber.mistyped": ("número mal marcado", "mistyped number"),
    "SealWords.kept": ("palabras guardadas bajo llave", "words sealed"),
    "SealWords.taken_back": ("se borra lo dicho", "what was said is deleted"),
    # facts
    "channel.voice": ("por llamada", "by call"),
    "channel.sms": ("por mensaje", "by text"),
    "has_number.True": ("se le puede llamar", "can be called"),
    "has_number.False": ("no se le puede llamar", "cannot be called"),
    "can_text.True": ("recibe textos", "takes texts"),
    "can_text.False": ("no recibe textos", "takes no texts"),
    "language_known.True": ("idioma conocido", "language known"),
    "language_known.False": ("idioma no conocido", "language not known"),
    "shared.True": ("teléfono compartido", "shared phone"),
    "shared.False": ("teléfono de una persona", "phone of one person"),
    "proven.True": ("ya dio su clave", "gave her PIN already"),
    "proven.None": ("sin dar clave", "gave no PIN"),
    "unfinished.None": ("nada pendiente", "nothing unfinished"),
    "unfinished.sample": ("dejó algo sin terminar", "left something unfinished"),
    # answers without a name, and ends
    "silence": ("no marca nada", "presses nothing"),
    "digits": ("marca los números", "enters the digits"),
    "words": ("habla o escribe", "speaks or writes"),
    "bye": ("fin", "end"),
    "take_up": ("sigue donde quedó", "goes on where she was"),
    "failed": ("falla", "fails"),
    "endless": ("sin fin", "endless"),
    "code": ("(su código, dos veces)", "(her code, twice)"),
    "take": ("(lo que grabó)", "(what was recorded)"),
    "statement": ("(lo que ella dijo)", "(what she said)"),
    "reply": ("(la respuesta)", "(the answer)"),
    "otherwise": ("si no", "otherwise"),
    "at_last": ("la última vez", "the last time"),
    # the sheet
    "map": ("Mapa del programa", "Map of the programme"),
    "sheet": ("hoja", "sheet"),
    "of": ("de", "of"),
    "transcripts": ("Se escucha en", "Heard in"),
    "start_section": ("Inicio", "Start"),
    "also": ("Otras entradas", "Other ways in"),
    "nowhere": ("(sin palabras)", "(no words)"),
    "legend": (
        "En todas partes: 0 una persona · * repetir · 9 volver · # otro idioma · "
        "8 ayuda privada · 7 salida rápida. Dos silencios: se repite más simple; al tercero, "
        "puede dejar un mensaje.",
        "Everywhere: 0 a person · * repeat · 9 back · # another language · 8 private help · "
        "7 quick exit. Two silences: said again, more simply; at the third she may leave a "
        "message.",
    ),
    "how_to_read": (
        "Cada cuadro es una pregunta: en cursiva lo que se escucha antes; luego la pregunta y "
        "sus teclas. → 12 lleva al cuadro 12.",
        "Each box is a question: in italics what is heard before it, then the question and its "
        "keys. → 12 leads to box 12.",
    ),
}


def word(key: str, reading: str) -> str:
    """The word for `key` in the language the map is read in; for an unknown key its last part."""
    found = _WORDS.get(key)
    if found is None:
        return key.rpartition(".")[2].replace("_", " ")
    return found[LANGUAGES.index(reading) if reading in LANGUAGES else 0]

"""Words of the method block and of the sheets, in the languages of the pages."""

from __future__ import annotations

from collections.abc import Mapping

from surveys.labels import NOTICE, Labels

_WORDS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "title": "Título",
        "sponsor": "Quién encarga la encuesta",
        "population": "Población de la que se habla",
        "contact": "Contacto",
        "programme": "Programa",
        "frame": "Marco",
        "frame_text": "Ninguno: contestó quien llamó o escribió; no hay muestra.",
        "mode": "Modo",
        "frame_agreed": (
            "{lines} líneas de personas que aceptaron que se las contacte: no son una muestra "
            "de toda la población."
        ),
        "frame_list": (
            "{lines} líneas de una lista de números (consentimiento: {consent}): no son una "
            "muestra de toda la población."
        ),
        "frame_both": "Además contestó quien llamó o escribió, sin que se le buscara.",
        "mode_voice": "Llamadas con teclas, hechas por el programa.",
        "mode_sms": "Mensajes de texto, iniciados por el programa.",
        "mode_voice_then_sms": "Llamadas con teclas, y mensajes de texto a quien no contestó.",
        "mode_sms_then_voice": "Mensajes de texto, y llamadas con teclas a quien no contestó.",
        "mode_text": "Llamada con teclas y mensajes de texto, iniciados por la persona.",
        "mode_announced": "Antes del primer intento, un mensaje de texto.",
        "mode_incentive": "Saldo prometido por entrevista completa: {amount}.",
        "dispositions": "Resultado de las líneas (códigos AAPOR)",
        "dispositions_none": "Ninguno: no se llamó a nadie.",
        "rates_how": (
            "AAPOR, Standard Definitions. Completa: desde cuatro quintos de las preguntas; "
            "parcial: desde la mitad"
        ),
        "languages": "Idiomas",
        "from": "Desde",
        "until": "Hasta",
        "began": "Personas que empezaron",
        "finished": "Personas que terminaron",
        "rates": "Tasas de respuesta",
        "rates_text": "Ninguna: sin muestra no hay a quién referirlas.",
        "weights": "Ponderación",
        "weights_text": "Ninguna.",
        "bases": "Base de los porcentajes",
        "bases_text": "Quienes terminaron la encuesta, por grupo (columna).",
        "guard": "Protección de las personas",
        "guard_text": (
            "Primero se juntan opciones, edades y distritos (en provincia y región) con cuentas "
            "menores de {minimum}, o de {area} por distrito y género; luego se ocultan las que "
            "quedan y las que permitirían deducirlas con un margen menor de {protection} "
            "({area} por distrito), también restando resultados anteriores; «nadie» y «todas» de "
            "grupos menores de {small}; y los porcentajes de bases menores de {base}. "
            "Las bases menores de {low} se señalan como pequeñas."
        ),
        "loss": "Lo que se ocultó",
        "loss_text": (
            "{hidden} de {cells} celdas de las tablas; en las filas, {merged} valores juntados y "
            "{rows_hidden} ocultos."
        ),
        "loss_column": "{column}: {coarser} de {people} valores más generales, {gone} ocultos.",
        "province": "Provincia de",
        "region": "Región",
        "questionnaire": "Huella del cuestionario (SHA-256)",
        "software": "Programa informático",
        NOTICE: "Aviso",
        "gender": "Género",
        "language": "Idioma",
        "name": "Nombre",
        "text": "Texto",
        "code": "Código",
        "label": "Etiqueta",
        "missing": "Sin dato",
        "yes": "sí",
        "no": "no",
        "table": "Tabla",
        "row": "Fila",
        "group": "Grupo",
        "question": "Pregunta",
        "data": "Datos",
        "rows": "Filas",
        "codebook": "Códigos",
        "method": "Método",
        "suppression": "Oculto",
    },
    "en": {
        "title": "Title",
        "sponsor": "Who commissioned the survey",
        "population": "Population spoken of",
        "contact": "Contact",
        "programme": "Programme",
        "frame": "Frame",
        "frame_text": "None: whoever called or wrote answered; there is no sample.",
        "mode": "Mode",
        "frame_agreed": (
            "{lines} lines of people who agreed to be contacted: no sample of the whole population."
        ),
        "frame_list": (
            "{lines} lines of a list of numbers (consent: {consent}): no sample of the whole "
            "population."
        ),
        "frame_both": "Besides, whoever called or wrote answered, without being sought.",
        "mode_voice": "Calls with keys, made by the programme.",
        "mode_sms": "Text messages, begun by the programme.",
        "mode_voice_then_sms": "Calls with keys, and text messages to whoever did not answer.",
        "mode_sms_then_voice": "Text messages, and calls with keys to whoever did not answer.",
        "mode_text": "Calls with keys and text messages, begun by the person.",
        "mode_announced": "A text message before the first attempt.",
        "mode_incentive": "Airtime promised for a complete interview: {amount}.",
        "dispositions": "What came of the lines (AAPOR codes)",
        "dispositions_none": "None: nobody was called.",
        "rates_how": (
            "AAPOR Standard Definitions. Complete: four fifths of the questions or more; "
            "partial: half or more"
        ),
        "languages": "Languages",
        "from": "From",
        "until": "Until",
        "began": "People who began",
        "finished": "People who finished",
        "rates": "Response rates",
        "rates_text": "None: without a sample there is nobody to refer them to.",
        "weights": "Weights",
        "weights_text": "None.",
        "bases": "Base of percentages",
        "bases_text": "Those who finished the survey, by group (column).",
        "guard": "Protection of people",
        "guard_text": (
            "First options, ages and districts (to province and region) are merged whose counts "
            "are under {minimum}, or under {area} by district and gender; then what remains is "
            "hidden, with the counts from which it could be worked out more closely than "
            "{protection} ({area} by district), subtracting earlier results among them; “none” "
            "and “all” of groups under {small}; and percentages of bases under {base}. "
            "Bases under {low} are marked as small."
        ),
        "loss": "What was hidden",
        "loss_text": (
            "{hidden} of {cells} cells of the tables; in the rows, {merged} merged and "
            "{rows_hidden} hidden values."
        ),
        "loss_column": "{column}: {coarser} of {people} values coarser, {gone} hidden.",
        "province": "Province of",
        "region": "Region of",
        "questionnaire": "Fingerprint of the questionnaire (SHA-256)",
        "software": "Software",
        NOTICE: "Notice",
        "gender": "Gender",
        "language": "Language",
        "name": "Name",
        "text": "Text",
        "code": "Code",
        "label": "Label",
        "missing": "Missing",
        "yes": "yes",
        "no": "no",
        "table": "Table",
        "row": "Row",
        "group": "Group",
        "question": "Question",
        "data": "Data",
        "rows": "Rows",
        "codebook": "Codebook",
        "method": "Method",
        "suppression": "Suppression",
    },
}


def method_word(labels: Labels, key: str) -> str:
    """A word of the method block or the sheets."""
    return _WORDS[labels.language][key]

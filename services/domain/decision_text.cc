#include "services/domain/decision_text.h"

#include <array>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace stadspoort::domain {
namespace {

enum Language : size_t { kNl, kFr, kDe, kEn, kLanguageCount };

constexpr std::array<absl::string_view, kLanguageCount> kLanguages = {"nl", "fr", "de", "en"};

// One text in each language, in the order of kLanguages.
using Texts = std::array<absl::string_view, kLanguageCount>;

Language LanguageOf(absl::string_view language) {
  for (size_t i = 0; i < kLanguageCount; ++i) {
    if (kLanguages[i] == language) return static_cast<Language>(i);
  }
  return kEn;
}

// Both tables are in the order of their enum, whose values count from 1.
constexpr std::array<Texts, 5> kDecisionTexts = {{
    {"Onbekend", "Inconnu", "Unbekannt", "Unknown"},
    {"Geen recht vereist", "Aucun droit requis", "Keine Berechtigung erforderlich", "Not required"},
    {"Toegestaan", "Autorisé", "Erlaubt", "Permitted"},
    {"Na te kijken", "À vérifier", "Zu prüfen", "To be reviewed"},
    {"Niet toegestaan", "Non autorisé", "Nicht erlaubt", "Not permitted"},
}};
static_assert(kDecisionTexts.size() == static_cast<size_t>(Decision::kNotPermitted));

constexpr std::array<Texts, kDecisionReasonCount> kReasonTexts = {{
    // STALE
    {"De gegevens van het register zijn te oud om te beslissen",
     "Les données du registre sont trop anciennes pour pouvoir décider",
     "Die Daten des Registers sind zu alt, um zu entscheiden",
     "The register's data is too old to decide"},
    // BACKEND_UNAVAILABLE
    {"Het register is niet bereikbaar", "Le registre est injoignable",
     "Das Register ist nicht erreichbar", "The register cannot be reached"},
    // OVERLOADED
    {"Het register is overbelast en kan nu niet antwoorden",
     "Le registre est surchargé et ne peut pas répondre pour l'instant",
     "Das Register ist überlastet und kann derzeit nicht antworten",
     "The register is overloaded and cannot answer now"},
    // INVALID_ITEM
    {"De vraag is onvolledig of foutief", "La demande est incomplète ou erronée",
     "Die Anfrage ist unvollständig oder fehlerhaft", "The question is incomplete or faulty"},
    // CHECK_TIME_IN_FUTURE
    {"Het tijdstip van de controle ligt in de toekomst",
     "Le moment du contrôle se situe dans le futur",
     "Der Zeitpunkt der Kontrolle liegt in der Zukunft",
     "The time of the check lies in the future"},
    // NO_FRAME
    {"Hier is op dit tijdstip geen recht vereist", "Aucun droit n'est requis ici à ce moment",
     "Hier ist zu dieser Zeit keine Berechtigung erforderlich",
     "No right is required here at this time"},
    // CLOSED_PERIOD
    {"De regels van de zone gelden niet in deze periode",
     "Les règles de la zone ne s'appliquent pas durant cette période",
     "Die Regeln der Zone gelten in diesem Zeitraum nicht",
     "The rules of the zone do not apply in this period"},
    // TIME_LIMITED
    {"Parkeren voor beperkte tijd met parkeerschijf (blauwe zone)",
     "Stationnement à durée limitée avec disque (zone bleue)",
     "Parken für begrenzte Zeit mit Parkscheibe (blaue Zone)",
     "Parking for a limited time with a parking disc (blue zone)"},
    // RIGHT
    {"Geldig recht", "Droit valable", "Gültige Berechtigung", "Valid right"},
    // GRACE
    {"Binnen de tolerantietijd vóór het begin of na het einde van een recht",
     "Dans le délai de tolérance avant le début ou après la fin d'un droit",
     "Innerhalb der Toleranzzeit vor Beginn oder nach Ende einer Berechtigung",
     "Within the tolerance before the start or after the end of a right"},
    // BORDER
    {"De plaats is niet nauwkeurig genoeg: de mogelijke zones geven verschillende antwoorden",
     "L'endroit n'est pas assez précis, les zones possibles donnent des réponses différentes",
     "Der Ort ist nicht genau genug: Die möglichen Zonen ergeben verschiedene Antworten",
     "The place is not precise enough: the possible zones give different answers"},
    // COUNTRY_MISMATCH
    {"Er bestaat een recht voor deze nummerplaat, maar met een ander land",
     "Un droit existe pour cette plaque, mais avec un autre pays",
     "Für dieses Kennzeichen besteht eine Berechtigung, jedoch mit einem anderen Land",
     "A right exists for this plate, but with another country"},
    // NEAR_MISS
    {"Een nummerplaat die er sterk op lijkt, heeft hier een recht",
     "Une plaque presque identique dispose d'un droit ici",
     "Ein fast gleich aussehendes Kennzeichen hat hier eine Berechtigung",
     "A plate that looks almost the same has a right here"},
    // LOW_CONFIDENCE
    {"De nummerplaat is niet met voldoende zekerheid gelezen",
     "La plaque n'a pas été lue avec une certitude suffisante",
     "Das Kennzeichen wurde nicht sicher genug gelesen",
     "The plate was not read with enough certainty"},
    // SUSPENDED
    {"Recht geschorst", "Droit suspendu", "Berechtigung ausgesetzt", "Right suspended"},
    // REVOKED
    {"Recht ingetrokken", "Droit retiré", "Berechtigung widerrufen", "Right revoked"},
    // EXPIRED
    {"Recht verlopen", "Droit expiré", "Berechtigung abgelaufen", "Right expired"},
    // NOT_STARTED
    {"Recht nog niet ingegaan", "Droit pas encore en vigueur", "Berechtigung noch nicht gültig",
     "Right not yet in force"},
    // OUTSIDE_WINDOW
    {"Recht niet geldig op deze dag of dit uur", "Droit non valable ce jour ou à cette heure",
     "Berechtigung an diesem Tag oder zu dieser Uhrzeit nicht gültig",
     "Right not valid on this day or at this hour"},
    // PLATE_NOT_ACTIVE
    {"De nummerplaat staat op een vergunning, maar is niet de actieve",
     "La plaque figure sur un permis, mais n'y est pas active",
     "Das Kennzeichen steht auf einer Genehmigung, ist dort aber nicht aktiv",
     "The plate is on a permit, but is not the active one"},
    // TYPE_NOT_ACCEPTED
    {"Dit type recht wordt hier op dit tijdstip niet aanvaard",
     "Ce type de droit n'est pas accepté ici à ce moment",
     "Diese Art von Berechtigung wird hier zu dieser Zeit nicht anerkannt",
     "This type of right is not accepted here at this time"},
    // WRONG_ZONE
    {"Het recht geldt in een andere zone", "Le droit est valable dans une autre zone",
     "Die Berechtigung gilt in einer anderen Zone", "The right holds in another zone"},
    // NO_RIGHT
    {"Geen recht bekend voor deze nummerplaat", "Aucun droit connu pour cette plaque",
     "Keine Berechtigung für dieses Kennzeichen bekannt", "No right known for this plate"},
}};

// `$0`: how long ago.
constexpr Texts kExpiredAgo = {"Recht verlopen, $0 geleden", "Droit expiré il y a $0",
                               "Berechtigung vor $0 abgelaufen", "Right expired $0 ago"};
constexpr Texts kUnderAMinute = {"minder dan een minuut", "moins d'une minute",
                                 "weniger als einer Minute", "less than a minute"};
constexpr Texts kAnd = {" en ", " et ", " und ", " and "};

struct Unit {
  Texts one;
  Texts many;
};
// German after "vor": the dative.
constexpr Unit kMinutes = {{"minuut", "minute", "Minute", "minute"},
                           {"minuten", "minutes", "Minuten", "minutes"}};
constexpr Unit kHours = {{"uur", "heure", "Stunde", "hour"}, {"uur", "heures", "Stunden", "hours"}};
constexpr Unit kDays = {{"dag", "jour", "Tag", "day"}, {"dagen", "jours", "Tagen", "days"}};

constexpr int64_t kMinutesPerHour = 60;
constexpr int64_t kHoursPerDay = 24;
// The first count of the smaller unit that is told in the larger one.
constexpr int64_t kCountInHoursFrom = 2 * kMinutesPerHour;
constexpr int64_t kCountInDaysFrom = 2 * kHoursPerDay;

std::string Count(int64_t count, const Unit& unit, Language language) {
  return absl::StrCat(count, " ", count == 1 ? unit.one[language] : unit.many[language]);
}

// "3 hours and 5 minutes"; the smaller count is left out when it is zero.
std::string CountBoth(int64_t large, const Unit& large_unit, int64_t small, const Unit& small_unit,
                      Language language) {
  std::string text = Count(large, large_unit, language);
  if (small > 0) absl::StrAppend(&text, kAnd[language], Count(small, small_unit, language));
  return text;
}

std::string ElapsedText(int64_t minutes, Language language) {
  if (minutes < 1) return std::string(kUnderAMinute[language]);
  if (minutes < kCountInHoursFrom) return Count(minutes, kMinutes, language);
  const int64_t hours = minutes / kMinutesPerHour;
  if (hours < kCountInDaysFrom) {
    return CountBoth(hours, kHours, minutes % kMinutesPerHour, kMinutes, language);
  }
  return CountBoth(hours / kHoursPerDay, kDays, hours % kHoursPerDay, kHours, language);
}

}  // namespace

bool IsLanguage(absl::string_view language) {
  for (const absl::string_view known : kLanguages) {
    if (known == language) return true;
  }
  return false;
}

std::string DecisionText(Decision decision, absl::string_view language) {
  // A value that is not in the list is no answer.
  const auto value = static_cast<size_t>(decision);
  const size_t index = value >= 1 && value <= kDecisionTexts.size() ? value - 1 : 0;
  return std::string(kDecisionTexts[index][LanguageOf(language)]);
}

std::string ReasonText(DecisionReason reason, absl::string_view language,
                       std::optional<int64_t> expired_minutes_ago) {
  const Language in = LanguageOf(language);
  if (reason == DecisionReason::kExpired && expired_minutes_ago.value_or(-1) >= 0) {
    return absl::Substitute(kExpiredAgo[in], ElapsedText(*expired_minutes_ago, in));
  }
  const auto value = static_cast<size_t>(reason);
  if (value < 1 || value > kReasonTexts.size()) return DecisionText(Decision::kUnknown, language);
  return std::string(kReasonTexts[value - 1][in]);
}

}  // namespace stadspoort::domain

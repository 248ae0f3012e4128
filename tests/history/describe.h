#pragma once

#include <string>

#include "tests/history/checker.h"
#include "tests/history/course.h"
#include "tests/history/history.h"

// Violations in words.
namespace stadspoort::history {

std::string Describe(const Check& check);
std::string Describe(const State& state);

std::string OlderThanAcknowledged(const Subject& subject, const Check& check, const State& shown,
                                  const State& known);
std::string OlderThanShown(const Subject& subject, const Check& check, const State& shown,
                           const Check& other);
std::string RestsOnNothing(const Subject& subject, const Check& check, const State& newest);
std::string ExactWhileDegraded(const Subject& subject, const Check& check);
std::string Contradicts(const Subject& subject, const Write& write);
std::string TooManyUnknown(const Subject& subject);
// "R1: ..."
std::string Sentence(Rule rule, const std::string& what);

}  // namespace stadspoort::history

// The table of contents of a verdict.
#include "diagnosis/diagnose.h"

#include "diagnosis/advice.h"
#include "diagnosis/facts.h"
#include "diagnosis/findings.h"
#include "diagnosis/judge.h"
#include "diagnosis/sentences.h"

namespace inflight::diagnosis {

trace::Verdict diagnose(const trace::Trace& trace) {
  const Facts facts = gather(trace);
  const Judgement judgement = judge(trace, facts);
  trace::Verdict verdict;
  verdict.limited_by = judgement.limited_by;
  verdict.second = judgement.second;
  verdict.confidence = judgement.confidence;
  verdict.shares = facts.shares;
  verdict.headline = headline(trace, facts, judgement);
  verdict.explanation = explanation(trace, facts, judgement);
  verdict.evidence = evidence(trace, facts, judgement);
  verdict.findings = find(trace, facts, judgement.limited_by);
  verdict.advice = advise(trace, facts, judgement, verdict.findings);
  return verdict;
}

}  // namespace inflight::diagnosis

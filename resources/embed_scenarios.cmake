# Compiles resources/scenarios into a target, in the order of the list below, which is the order in
# which they are shown. Run as a script (cmake -P), the file writes the generated source.

if(CMAKE_SCRIPT_MODE_FILE)
  # DIRECTORY, NAMES (joined by commas) and OUTPUT are handed in.
  string(REPLACE "," ";" NAMES "${NAMES}")
  set(rows "")
  foreach(name IN LISTS NAMES)
    file(READ ${DIRECTORY}/${name}.json text)
    string(APPEND rows "    {\"${name}.json\", R\"JSON(${text})JSON\"},\n")
  endforeach()
  list(LENGTH NAMES count)
  file(WRITE ${OUTPUT} "// Generated from resources/scenarios by embed_scenarios.cmake there.
#include <array>

#include \"lab/built_in.h\"

namespace inflight::lab {
namespace {

constexpr std::array<BuiltInText, ${count}> kTexts{{
${rows}}};

}  // namespace

std::span<const BuiltInText> built_in_texts() { return kTexts; }

}  // namespace inflight::lab
")
  return()
endif()

set(INFLIGHT_SCENARIOS
  stutter stutter-hystart
  coder-2.9 coder-2.10 coder-2.12 transcontinental
  lost-inside lost-inside-backpressure
  window-64k window-16k-100ms bdp-10g-30ms bdp-10m-100ms send-buffer-256k
  transmission-1m transmission-100m fibre-4150km
  ssh-keystrokes idle-burst second-request
  lossy-wifi coffee-shop satellite
  bandwidth-shrinks fairness-cubic-bbr rate-changes outage policer
  bufferbloat bufferbloat-codel bufferbloat-fq-codel ecn-marks marked-too-early
  keystrokes-behind-download keystrokes-fq-codel)

function(inflight_embed_scenarios target)
  set(directory ${CMAKE_SOURCE_DIR}/resources/scenarios)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/built_in_scenarios.cpp)
  set(script ${CMAKE_SOURCE_DIR}/resources/embed_scenarios.cmake)
  set(files ${INFLIGHT_SCENARIOS})
  list(TRANSFORM files PREPEND ${directory}/)
  list(TRANSFORM files APPEND .json)
  list(JOIN INFLIGHT_SCENARIOS "," names)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DDIRECTORY=${directory} -DNAMES=${names} -DOUTPUT=${output}
            -P ${script}
    DEPENDS ${files} ${script} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

#include "ice/agent.h"

namespace plaza::ice {

const char* ToString(AgentState state) {
  switch (state) {
    case AgentState::kChecking:
      return "checking";
    case AgentState::kConnected:
      return "connected";
    case AgentState::kDisconnected:
      return "disconnected";
    case AgentState::kFailed:
      return "failed";
  }
  return "";
}

}  // namespace plaza::ice

// The error codes of the signalling protocol. docs/errors.md says what to do about each.
#pragma once

namespace plaza::signal::code {

inline constexpr int kUserSigExpired = 70001;
inline constexpr int kUserSigMalformed = 70003;
inline constexpr int kUserSigOtherKey = 70009;
inline constexpr int kUserSigOtherUser = 70013;
inline constexpr int kUserSigOtherApp = 70014;
inline constexpr int kUnknownApp = 70020;

inline constexpr int kBadRoom = -10012;
inline constexpr int kNoPermission = -100006;
inline constexpr int kRoomFull = -102006;
inline constexpr int kBadMember = -102023;

inline constexpr int kUnreadable = -120001;
inline constexpr int kUnknownType = -120002;
inline constexpr int kTooLarge = -120003;
inline constexpr int kNotJoined = -120004;
inline constexpr int kSessionGone = -120005;
inline constexpr int kBadSdp = -120006;
inline constexpr int kTooManyRequests = -120007;
inline constexpr int kBadProtocol = -120008;
inline constexpr int kShuttingDown = -120009;
inline constexpr int kInternal = -120010;
inline constexpr int kRoleMayNot = -120011;
inline constexpr int kEnteredElsewhere = -120012;
inline constexpr int kAppLimit = -120013;

}  // namespace plaza::signal::code

namespace plaza::signal::close {

/// Codes of WebSocket close frames that the server sends.
inline constexpr int kLeft = 1000;
inline constexpr int kGoingAway = 1001;
inline constexpr int kJoinRefused = 4000;
inline constexpr int kKicked = 4001;
inline constexpr int kTakenOver = 4002;
inline constexpr int kBadFrames = 4003;
inline constexpr int kSilent = 4004;
inline constexpr int kSessionEnded = 4005;

}  // namespace plaza::signal::close
